public import EventLoop
public import HTTP

/// Serves HTTP/1.1 to one handler.
///
/// Answers to the requests of a batch are held until `batchEnded`, so that what they tell is durable before anybody
/// reads it, and one commit serves them all:
///
///     loop.run(afterEachIteration: server.batchEnded)
public final class Server {
    let loop: Loop
    let handler: any Handler
    let limits: Limits
    let spoolFolder: String
    /// Shared by all connections: each uses it within one call.
    let inputBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 1)
    var connections: [ObjectIdentifier: Connection] = [:]
    let socket: ListeningSocket
    var drainTimer: Timer?
    var drainCompletion: (() -> Void)?
    /// For what takes long to work out of an answer.
    private(set) lazy var worker = Worker<any Sendable>(loop)

    /// Connections whose bodies get a part in the next iterations of the loop.
    var partQueue: [Connection] = []
    /// What waits for clients that do not read, in bytes.
    var waitingOutput = 0
    var isTrimming = false

    private var output: [UInt8] = []
    private var date = HTTPDate()
    private var sweepTimer: Timer?
    private var held: [HeldAnswer] = []
    private var released: [HeldAnswer] = []

    private struct HeldAnswer {
        let connection: Connection
        let head: RequestHead
        let response: Response
    }

    /// `output` gives memory back beyond this.
    private static let keptOutput = 64 * 1024

    /// - Parameters:
    ///   - socket: where it is to listen; nil: one of its own.
    ///   - spoolFolder: Where large bodies are written, in files without a name.
    public init(
        loop: Loop, handler: any Handler, limits: Limits = Limits(), socket: ListeningSocket? = nil,
        spoolFolder: String = "/tmp"
    ) {
        self.loop = loop
        self.socket = socket ?? ListeningSocket(loop)
        self.handler = handler
        self.limits = limits
        self.spoolFolder = spoolFolder
        sweepTimer = Timer(loop) { [unowned self] in sweep() }
    }

    deinit {
        inputBuffer.deallocate()
    }

    /// Takes connections from now on. Hosts are what `Listener` takes; port 0 lets the system choose.
    public func listen(host: String, port: UInt16) throws(ListenError) {
        try socket.listen(host: host, port: port) { [unowned self] stream in accepted(stream) }
    }

    /// The port listened on, also while connections are refused; nil when the server does not listen.
    public var port: UInt16? { socket.port }

    /// Makes the batch's work durable and lets its answers go. Call it after each iteration of the loop.
    public func batchEnded() {
        guard !held.isEmpty else { return }
        let isSaved = handler.endBatch()
        swap(&held, &released)
        for answer in released {
            let response =
                isSaved ? answer.response : handler.unsavedResponse(to: answer.head, inPlaceOf: answer.response)
            answer.connection.release(response, to: answer.head)
        }
        released.removeAll(keepingCapacity: true)
    }

    // MARK: For connections

    func hold(_ response: Response, to head: RequestHead, for connection: Connection) {
        held.append(HeldAnswer(connection: connection, head: head, response: response))
    }

    /// The bytes of a response that are due. A Date that the handler has set stands; its clock may not be ours.
    func encode(_ writer: inout ResponseWriter) -> (bytes: [UInt8], pause: ResponseWriter.Pause) {
        output.removeAll(keepingCapacity: output.capacity <= Server.keptOutput)
        let pause = writer.write(into: &output, date: writer.date ?? date.now())
        return (output, pause)
    }

    /// The bytes that `write` appends.
    func encode(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        output.removeAll(keepingCapacity: output.capacity <= Server.keptOutput)
        write(&output)
        return output
    }

    func remove(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { finishDrain() }
    }

    // MARK: Within

    private func accepted(_ stream: Stream) {
        guard connections.count < limits.connections + limits.refusals else { return stream.abort() }
        if connections.isEmpty { sweepTimer?.arm(after: limits.sweep) }
        let connection = Connection(self, stream)
        connections[ObjectIdentifier(connection)] = connection
        connection.start()
        if connections.count > limits.connections { connection.refuse() }
    }

    /// One look at everybody now and then costs less than a timer a connection, which each request would set anew.
    private func sweep() {
        let now = loop.now
        for connection in Array(connections.values) { connection.passTime(to: now) }
        if !connections.isEmpty { sweepTimer?.arm(after: limits.sweep) }
    }
}

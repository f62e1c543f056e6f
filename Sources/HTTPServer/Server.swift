public import EventLoop
public import HTTP

/// Serves HTTP/1.1 to one handler.
///
/// Answers to the requests of a batch are held until `batchEnded`, so that their changes are durable before a client
/// reads them, and one commit keeps them all:
///
///     loop.run(afterEachIteration: server.batchEnded)
public final class Server {
    let loop: Loop
    let handler: any Handler
    let limits: Limits
    let spoolFolder: String
    /// Shared by all connections: each uses it only within one call.
    let inputBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 1)
    var connections: [ObjectIdentifier: Connection] = [:]
    let socket: ListeningSocket
    var drainTimer: Timer?
    var drainCompletion: (() -> Void)?
    /// For answers that take long to compute.
    private(set) lazy var worker = Worker<any Sendable>(loop)

    /// Connections whose bodies get a part in the next iterations of the loop.
    var partQueue: [Connection] = []
    /// The bytes of bodies that are arriving.
    var arriving = ArrivingBytes()
    /// The bytes that wait for clients that do not read.
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

    /// `output` releases its memory when it has more bytes than this.
    private static let keptOutput = 64 * 1024

    /// - Parameters:
    ///   - socket: the socket on which it listens; nil: a new one.
    ///   - spoolFolder: the folder in which large bodies are written, in unnamed files.
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

    /// Starts to accept connections. Hosts are those of `Listener`; port 0 lets the system choose.
    public func listen(host: String, port: UInt16) throws(ListenError) {
        try socket.listen(host: host, port: port) { [unowned self] stream in accepted(stream) }
    }

    /// The port that is listened on, also while connections are refused; nil when the server does not listen.
    public var port: UInt16? { socket.port }

    /// Commits the batch and releases its answers. Call it after each iteration of the loop.
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

    /// The bytes of a response that are due. A Date that the handler has set is kept, because its clock can differ from
    /// the system's.
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

    // MARK: Private

    private func accepted(_ stream: Stream) {
        if connections.isEmpty { sweepTimer?.arm(after: limits.sweep) }
        let connection = Connection(self, stream)
        connections[ObjectIdentifier(connection)] = connection
        connection.start()
        guard connections.count > limits.connections else { return }
        connection.refuse()
        if connections.count > limits.connections + limits.refusals { connection.abort() }
    }

    /// Checks the deadlines of all connections. This costs less than a timer for each connection, which every request
    /// would set again.
    private func sweep() {
        let now = loop.now
        for connection in Array(connections.values) { connection.passTime(to: now) }
        if !connections.isEmpty { sweepTimer?.arm(after: limits.sweep) }
    }
}

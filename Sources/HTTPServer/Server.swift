public import EventLoop
public import HTTP
public import Metrics

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
    let buffers = SharedBuffers()
    var connections: [ObjectIdentifier: Connection] = [:]
    let socket: ListeningSocket
    var drainTimer: Timer?
    var drainCompletion: (() -> Void)?
    /// For answers that take long to compute.
    private(set) lazy var worker = Worker<any Sendable>(loop)

    /// Connections whose bodies get a part at the end of this iteration of the loop, or of the next ones.
    var partQueue: [Connection] = []
    /// Connections whose bodies have no part now.
    var paused: [ObjectIdentifier: Connection] = [:]
    /// Whether a request was answered since the bodies in `paused` were asked for a part.
    var hasNews = false
    /// The bytes of bodies that are arriving.
    var arriving = ArrivingBytes()
    /// The bytes that wait for clients that do not read.
    var waitingOutput = 0
    var isTrimming = false

    private var sweepTimer: Timer?
    private var acceptedCount = 0
    /// Connections with answers to requests of the batch.
    private var held: [Connection] = []
    private var released: [Connection] = []

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

    /// Starts to accept connections. Hosts are those of `Listener`; port 0 lets the system choose.
    public func listen(host: String, port: UInt16) throws(ListenError) {
        try socket.listen(host: host, port: port) { [unowned self] stream in accepted(stream) }
    }

    /// The port that is listened on, also while connections are refused; nil when the server does not listen.
    public var port: UInt16? { socket.port }

    /// Commits the batch and releases its answers, then sends parts of long bodies. Call it after each iteration of the
    /// loop.
    public func batchEnded() {
        if !held.isEmpty { releaseAnswers() }
        if hasNews {
            hasNews = false
            if !paused.isEmpty { endPauses() }
        }
        if !partQueue.isEmpty { sendParts() }
    }

    public func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_connections", .gauge, "Open connections.")
        writer.sample(connections.count)
        writer.metric("foilmock_connections_accepted_total", .counter, "Connections that were accepted.")
        writer.sample(acceptedCount)
        writer.metric("foilmock_waiting_output_bytes", .gauge, "Bytes of answers that wait for clients to read.")
        writer.sample(waitingOutput)
    }

    // MARK: For connections

    /// Keeps a connection until its answer can be released.
    func hold(_ connection: Connection) { held.append(connection) }

    func remove(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        paused[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { finishDrain() }
    }

    // MARK: Private

    private func releaseAnswers() {
        hasNews = true
        let isSaved = handler.endBatch()
        swap(&held, &released)
        for connection in released { connection.release(isSaved: isSaved) }
        released.removeAll(keepingCapacity: true)
    }

    private func accepted(_ stream: Stream) {
        acceptedCount += 1
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

import EventLoop

/// The deadline that applies to a connection now. Deadlines are absolute: a client cannot extend one by sending a byte
/// now and then. Setting one costs a single store; the server's sweep checks whether it has passed.
struct Deadlines {
    /// What a connection is doing.
    enum Phase: Equatable {
        /// Between requests.
        case idle
        case head
        case body
        /// The request is complete and its answer not sent: the client waits for the server, so no deadline applies.
        case answering
        /// Part of the answer was sent, and the rest follows.
        case delivering
        /// The answer waits for the client to read it.
        case writing
        /// The last answer was written. The client has to read it, then to close.
        case closing
    }

    private let limits: Limits
    private(set) var phase = Phase.idle
    private var since: Instant
    private var lastPending = 0

    /// Begins idle.
    init(limits: Limits, at now: Instant) {
        self.limits = limits
        since = now
    }

    mutating func enter(_ phase: Phase, at now: Instant) {
        self.phase = phase
        since = now
        lastPending = 0
    }

    /// - Parameter pendingOutput: the bytes that the system has not accepted. Fewer than at the last call is progress.
    mutating func havePassed(at now: Instant, pendingOutput: Int) -> Bool {
        switch phase {
        case .idle: return since + limits.idle <= now
        case .head: return since + limits.headDeadline <= now
        case .body: return since + limits.bodyDeadline <= now
        case .answering: return false
        case .delivering, .writing, .closing:
            if pendingOutput != lastPending || (phase == .delivering && pendingOutput == 0) {
                lastPending = pendingOutput
                since = now
            }
            return since + (pendingOutput > 0 ? limits.writeStall : limits.lingering) <= now
        }
    }
}

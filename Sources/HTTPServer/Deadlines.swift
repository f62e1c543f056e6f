import EventLoop

/// Which deadline applies to a connection now. They are absolute: a client cannot put one off by sending a byte now and
/// then. Setting one costs a store; somebody asks from time to time whether it has passed.
struct Deadlines {
    /// What a connection is about.
    enum Phase: Equatable {
        /// Between requests.
        case idle
        case head
        case body
        /// The request is whole and its answer not sent: the client waits for us, so nothing can be late.
        case answering
        /// Part of the answer is sent, the rest is still to come.
        case delivering
        /// The answer waits for the client to take it.
        case writing
        /// The last answer is given. First the client has to take it, then to close.
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

    /// - Parameter pendingOutput: Bytes that the client has not taken. Fewer than the last time is progress.
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

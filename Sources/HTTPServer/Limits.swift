public import HTTP

/// All limits on what clients can make the server do. Times are exact to `sweep`.
public struct Limits: Equatable, Sendable {
    public var head = HeadLimits()
    /// How long a connection can stay open between requests. Then it is closed without an answer.
    public var idle = Duration.seconds(60)
    /// The longest time from the first byte of a request to the last of its head. Then 408.
    public var headDeadline = Duration.seconds(10)
    /// The longest time from the last byte of the head to the last of the body. Then 408.
    public var bodyDeadline = Duration.seconds(30)
    /// The largest body in bytes, of those that can be spooled, that is kept in memory. A larger one goes to a file.
    public var spoolThreshold = 64 * 1024
    /// The most bytes of memory for bodies that have not arrived as a whole or wait to be worked on, over all
    /// connections. A body with which they are more gets a 503.
    public var arrivingInMemory = 256 * 1024 * 1024
    /// The same for bodies in files.
    public var arrivingInFiles = 1024 * 1024 * 1024
    /// How long a client can read nothing of an answer that waits for it. Then the connection is cut.
    public var writeStall = Duration.seconds(30)
    /// The most bytes that wait for clients that do not read, or for the time at which they are due, over all
    /// connections. Beyond it the connections that have waited longest are cut.
    public var waitingOutput = 256 * 1024 * 1024
    /// The most bodies that are sent piece by piece and get a piece in one iteration of the loop.
    public var laterParts = 4
    /// Once these pieces have this many bytes, the other bodies wait for the next iteration.
    public var laterBytes = 256 * 1024
    /// How long a client can take to close after the server has. Then the connection is cut.
    public var lingering = Duration.seconds(5)
    /// How many bytes a client can send after the last answer, which are read and discarded so that the answer reaches
    /// it: more than the largest body that is refused in practice.
    public var lingeringBytes = 16 * 1024 * 1024
    /// The most connections at a time. One more gets a 503.
    public var connections = 10_000
    /// The most connections beyond `connections` that are waited for after their 503, so that it reaches a client that
    /// still sends. One more is closed as soon as the 503 is sent.
    public var refusals = 100
    /// How long `drain` waits for requests in flight.
    public var drain = Duration.seconds(10)
    /// How often the other times are checked.
    public var sweep = Duration.seconds(1)

    public init() {}

    /// The descriptors that this many connections need, each with a body in a file, and some for other files and the
    /// loop.
    public var descriptors: Int { 2 * connections + refusals + 100 }

    /// The descriptors that a server needs besides those of its connections: the loop's, the database's, the journal's.
    private static let ownDescriptors = 32

    /// The same limits with as many connections as a process has descriptors for, which may not be all; nil when there
    /// are too few for a single one.
    public func lowered(to descriptors: Int) -> Limits? {
        let free = descriptors - Limits.ownDescriptors
        var lowered = self
        lowered.refusals = min(refusals, max(1, free / 16))
        lowered.connections = min(connections, (free - lowered.refusals) / 2)
        return lowered.connections < 1 ? nil : lowered
    }
}

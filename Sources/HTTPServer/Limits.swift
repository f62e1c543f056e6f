public import HTTP

/// Every number that bounds what clients can make the server do. Times are exact to `sweep`.
public struct Limits: Equatable, Sendable {
    public var head = HeadLimits()
    /// How long a connection may stay open between requests. Then it is closed without a word.
    public var idle = Duration.seconds(60)
    /// From the first byte of a request to the last of its head, however the bytes trickle in. Then 408.
    public var headDeadline = Duration.seconds(10)
    /// From the last byte of the head to the last of the body. Then 408.
    public var bodyDeadline = Duration.seconds(30)
    /// So much of a body that may be spooled is kept in memory. A larger one goes to a file.
    public var spoolThreshold = 64 * 1024
    /// How long a client may take nothing of an answer that waits for it. Then the connection is cut.
    public var writeStall = Duration.seconds(30)
    /// How many bytes may wait for clients that do not read, over all connections. Beyond it those that have waited longest
    /// for their client are cut.
    public var waitingOutput = 256 * 1024 * 1024
    /// How many bodies that go out piece by piece get a piece in one iteration of the loop, and how many bytes all of them
    /// together before the others have to wait for the next iteration.
    public var laterParts = 4
    public var laterBytes = 256 * 1024
    /// How long a client may take to close after we have. Then the connection is cut.
    public var lingering = Duration.seconds(5)
    /// How much of what a client sends after our last answer is read and thrown away, so that the answer reaches it: more
    /// than the largest body that is refused in practice.
    public var lingeringBytes = 16 * 1024 * 1024
    /// Connections at a time. One more gets a 503.
    public var connections = 10_000
    /// Connections that are being told so, beyond `connections`. One more is closed without a word.
    public var refusals = 100
    /// How long `drain` waits for what runs.
    public var drain = Duration.seconds(10)
    /// How often all the other times are looked at.
    public var sweep = Duration.seconds(1)

    public init() {}

    /// How many descriptors serving so many connections takes, each with a body in a file, and some for other files and
    /// the loop itself.
    public var descriptors: Int { 2 * connections + refusals + 100 }
}

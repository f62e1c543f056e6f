import JSON

/// What a replay needs besides the entries.
public struct JournalHeader: Sendable {
    /// The version of the journal's format.
    public static let format = 1

    /// The program's version.
    public var version = ""
    public var seed = 1
    /// The settings that change answers, by name.
    public var settings: [(name: String, value: String)] = []
    /// The SHA-256 of the fixtures.
    public var fixtures = ""
    /// Whether the store was empty when the server started.
    public var isWhole = true

    public init() {}

    /// The first line of a journal, without the line feed.
    /// - Parameters:
    ///   - sandbox: the sandbox of the journal; nil: all sandboxes.
    ///   - isWhole: whether the journal holds everything that has happened.
    public func line(sandbox: String?, isWhole: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("foilmock", version)
        writer.member("format", JournalHeader.format)
        writer.member("sandbox", sandbox)
        writer.member("seed", seed)
        writer.key("settings")
        writer.beginObject()
        for (name, value) in settings { writer.member(named: name, value) }
        writer.endObject()
        writer.member("fixtures", fixtures)
        writer.member("whole", isWhole)
        writer.endObject()
        return writer.bytes
    }
}

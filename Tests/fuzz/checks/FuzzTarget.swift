/// What is fed with arbitrary bytes: by libFuzzer (`make fuzz`), and by `swift test` with the corpus that it left.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// A JSON text.
    case json
    /// A fixture folder and what a player says; see `FuzzFolder`.
    case catalog
    /// The bytes that arrive on a connection, cut at each form feed.
    case http
    /// A body of type `application/x-www-form-urlencoded`, cut in the same way.
    case form
    /// The value of Content-Type on a line of its own, then a body, cut in the same way.
    case multipart
    /// A snapshot of a sandbox.
    case snapshot
    /// A journal without its first line.
    case journal
    /// Calls about faults, a line each; see `control`.
    case fault
    /// The same about scripts.
    case script
    /// The same about clocks, limits and sessions.
    case clock
    /// A file of stories about the persona of `FuzzServer`.
    case story
    /// A persona as `/full` returns it, then a form feed and a history.
    case imported

    /// Stands between the parts of an input. It means nothing in JSON or HTTP, and keeps the file a text.
    static let separator = UInt8(ascii: "\u{C}")

    /// What the code did that it must not do with any bytes; nil when all is well.
    public func complaint(_ input: [UInt8]) -> String? {
        switch self {
        case .json: Self.json(input)
        case .catalog: Self.catalog(input)
        case .http: Self.http(input)
        case .form: Self.form(input)
        case .multipart: Self.multipart(input)
        case .snapshot: Self.snapshot(input)
        case .journal: Self.journal(input)
        case .fault, .script, .clock: Self.control(input)
        case .story: Self.story(input)
        case .imported: Self.imported(input)
        }
    }

    /// One run of libFuzzer, for which a complaint is a crash.
    public func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        if let complaint = complaint(Array(UnsafeBufferPointer(start: bytes, count: count))) { fatalError(complaint) }
        return 0
    }
}

/// The id of a live event: a place in one process's journal of a sandbox, or of all.
public struct LiveID: Equatable {
    /// `JournalBook.process`.
    let process: String
    /// A sandbox's number; nil: all sandboxes.
    let sandbox: Int64?
    /// What a `LiveReader` calls a place.
    let place: Int

    private static let all = "all"

    init(process: String, sandbox: Int64?, place: Int) {
        (self.process, self.sandbox, self.place) = (process, sandbox, place)
    }

    /// Nil for a text that is no id.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, let place = Int(parts[2]), place >= 0 else { return nil }
        let sandbox = Int64(parts[1])
        guard sandbox != nil || parts[1] == LiveID.all else { return nil }
        self.init(process: parts[0], sandbox: sandbox, place: place)
    }

    public var text: String { "\(process)-\(sandbox.map { "\($0)" } ?? LiveID.all)-\(place)" }

    public var isOfAll: Bool { sandbox == nil }
}

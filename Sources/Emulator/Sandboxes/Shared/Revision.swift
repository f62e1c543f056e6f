/// A value that is another one after each change of what it belongs to. Two are equal if there was no change between
/// them; a copy that is changed no longer equals the original.
struct Revision: Equatable, Sendable {
    private final class Mark: Sendable {}

    /// Nil: nothing has ever changed.
    private var mark: Mark?

    mutating func change() { mark = Mark() }

    static func == (a: Revision, b: Revision) -> Bool { a.mark === b.mark }
}

import Dialogue

/// Reads a history that is in memory. Its copy of the turns shares their storage, so later changes do not show in it.
final class MemoryHistoryReader: HistoryReader {
    private var rest: ArraySlice<Turn>
    private static let piece = 100

    init(_ turns: [Turn]) { rest = turns[...] }

    func next() -> [Turn]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(Self.piece) }
        return Array(rest.prefix(Self.piece))
    }
}

public import Dialogue

extension MemoryStore {
    public func history(of player: PlayerKey, machine: MachineID) -> [Turn] {
        content.room(of: player).conversations[machine]?.turns ?? []
    }

    public func openHistory(of player: PlayerKey, machine: MachineID) -> any HistoryReader {
        MemoryHistoryReader(history(of: player, machine: machine))
    }

    public func latestLines(of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool) {
        let turns = content.room(of: player).conversations[machine]?.turns ?? []
        for line in turns.reversed().lazy.compactMap(\.line) where !take(line) { return }
    }

    public func latestTurn(of player: PlayerKey, machine: MachineID) -> Turn? {
        content.room(of: player).conversations[machine]?.turns.last
    }
}

/// Reads a history that is in memory. Its copy of the turns shares their storage until the history changes, so later
/// changes do not show in it.
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

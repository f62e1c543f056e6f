/// How a line of a list was picked.
public struct Choice: Equatable, Sendable {
    /// The list's name within its persona.
    public let list: String
    /// The line's index in the list.
    public let line: Int
    /// How many lines the list has.
    public let count: Int
    /// The indices of the lines that fit: those whose `when` held, or when none did, those without `when`.
    public let fitting: [Int]
    public let pick: Pick
    /// The random number, for a seeded list with more than one line: modulo the number of fitting lines, it is the
    /// index among those.
    public let draw: UInt64?
}

/// The picks of a composer in one turn, for an explanation.
struct Trace {
    /// The lists that were tried, by their index among all candidates.
    private(set) var asked: [Int] = []
    /// The picks of the list that was tried last, and then of those that its line inserts.
    private(set) var choices: [Choice] = []
    /// Whether that list had a line.
    var hasSpoken = false

    mutating func ask(_ place: Int) {
        asked.append(place)
        choices = []
    }

    mutating func note(_ choice: Choice) { choices.append(choice) }
}

/// How a line of a list was picked.
public struct Choice: Equatable, Sendable {
    /// The list's name within its persona.
    public let list: String
    /// The line's place in the list, from 0.
    public let line: Int
    /// How many lines the list has.
    public let count: Int
    /// The places of those whose `when` held.
    public let fitting: [Int]
    public let pick: Pick
    /// What was drawn, of a seeded list with more than one line: modulo the fitting ones, it is the place among those.
    public let draw: UInt64?
}

/// What a composer picked in one turn, for who asks why.
struct Trace {
    /// The lists that were asked for a line, by their place among those that could speak.
    private(set) var asked: [Int] = []
    /// What was picked of the list that was asked last, and then of those that its line inserts.
    private(set) var choices: [Choice] = []
    /// Whether that list spoke.
    var hasSpoken = false

    mutating func ask(_ place: Int) {
        asked.append(place)
        choices = []
    }

    mutating func note(_ choice: Choice) { choices.append(choice) }
}

public import Dialogue
public import Exact

/// A conversation to play with one persona, and what is expected of it.
public struct Story: Sendable {
    /// Unique among the stories of a file.
    public let name: String
    /// The file that it was read from, and its line there.
    public let file: String
    public let line: Int
    public let persona: Persona
    /// The machine on which it begins.
    public let machine: Machine
    public let player: Player
    /// What ids and random draws derive from.
    public let seed: Int
    /// The time at which it begins; time passes by turns that say so.
    public let clock: Timestamp
    /// Variables that earlier machines are taken to have set.
    public let variables: Texts
    public let begins: Beginning
    public let turns: [StoryTurn]

    /// Who speaks first.
    public enum Beginning: String, CaseIterable, Sendable {
        /// The persona, by the machine's greeting.
        case greeting
        /// The persona, by the machine's opener.
        case opener
        /// The player, by a line or an event.
        case player
    }

    /// The time at which a story begins that names none: 2026-03-10T12:00:00Z.
    public static let standardClock = Timestamp(seconds: 1_773_144_000)

    /// Whether the persona speaks before the first turn: not when that turn begins the session itself.
    public var beginsItself: Bool {
        if begins == .player { return false }
        if case .begin = turns.first?.action { return false }
        return true
    }
}

/// One step of the player, and what is expected of it.
public struct StoryTurn: Sendable {
    public enum Action: Sendable {
        case say(String, hasImage: Bool)
        case event(MatchContext.Event, hasImage: Bool)
        case nudge
        /// Begins a session on a machine.
        case begin(Machine)
        /// Removes everything that the player has on the persona.
        case reset
        /// Puts the clock forward, in seconds.
        case advance(Double)
    }

    public let action: Action
    public let line: Int
    public let expectations: [Expectation]
}

extension StoryTurn.Action: CustomStringConvertible {
    public var description: String {
        switch self {
        case .say(let line, let hasImage): "say \(ExplanationText.quoted(line))\(hasImage ? " with an image" : "")"
        case .event(let event, let hasImage):
            "event \(ExplanationText.quoted(event.id))\(hasImage ? " with an image" : "")"
        case .nudge: "nudge"
        case .begin(let machine): "init \(ExplanationText.quoted(machine.key))"
        case .reset: "reset"
        case .advance(let seconds): "advance by \(seconds) s"
        }
    }
}

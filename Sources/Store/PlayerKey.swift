public import Dialogue
import Exact

/// Identifies one player of one persona in one channel of one sandbox. Two keys are equal when their texts have the
/// same bytes: Swift's own `==` would treat "é" and "e" with a combining accent as one player, and a dictionary would
/// mix up sessions that a database keeps apart.
public struct PlayerKey: Hashable, Sendable {
    /// The sandbox in which the player plays.
    public let sandbox: SandboxID
    /// The way into the server through which the player plays. Different channels never share sessions (spec H-3).
    public let channel: String
    /// The persona that the player talks to.
    public let persona: PersonaID
    /// The caller's own name for the player (`user_session_id`), which can be any text.
    public let player: String

    public init(sandbox: SandboxID, channel: String, persona: PersonaID, player: String) {
        self.sandbox = sandbox
        self.channel = channel
        self.persona = persona
        self.player = player
    }

    /// Compares the texts by their bytes.
    public static func == (a: PlayerKey, b: PlayerKey) -> Bool {
        a.sandbox == b.sandbox && a.persona == b.persona && a.player === b.player && a.channel === b.channel
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(sandbox)
        hasher.combine(persona)
        hasher.combine(ExactText(player))
    }

    /// Orders the players of a sandbox by channel, persona and name, each compared by its bytes, as SQLite compares
    /// them.
    package func precedes(_ other: PlayerKey) -> Bool {
        if channel !== other.channel { return ExactText(channel) < ExactText(other.channel) }
        if persona != other.persona {
            return (persona.high, persona.low) < (other.persona.high, other.persona.low)
        }
        return ExactText(player) < ExactText(other.player)
    }
}

/// The number of a sandbox in the store. It is assigned when the account is made, and is never assigned to another
/// account.
public struct SandboxID: Hashable, Sendable {
    /// Counted from 1; 0 and below belong to no sandbox.
    public let number: Int64

    public init(number: Int64) { self.number = number }
}

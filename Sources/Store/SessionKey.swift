public import Dialogue
import Exact

/// One player of one persona in one sandbox. `channel` tells apart the doors a player may come through, which never
/// share sessions (spec H-3). Two players are the same when their names are the same bytes: Swift's own `==` would take
/// "é" and "e" with an accent for one player, and so a dictionary would mix up sessions that a database keeps apart.
public struct PlayerKey: Hashable, Sendable {
    public let sandbox: SandboxID
    public let channel: String
    public let persona: PersonaID
    /// The caller's own name for the player (`user_session_id`): any text.
    public let player: String

    public init(sandbox: SandboxID, channel: String, persona: PersonaID, player: String) {
        self.sandbox = sandbox
        self.channel = channel
        self.persona = persona
        self.player = player
    }

    public static func == (a: PlayerKey, b: PlayerKey) -> Bool {
        a.sandbox == b.sandbox && a.persona == b.persona && a.player === b.player && a.channel === b.channel
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(sandbox)
        hasher.combine(persona)
        hasher.combine(ExactText(player))
    }

    /// The order of a sandbox's players: by channel, persona and name, each by its bytes, as a database has it.
    func precedes(_ other: PlayerKey) -> Bool {
        if channel !== other.channel { return ExactText(channel) < ExactText(other.channel) }
        if persona != other.persona {
            return (persona.high, persona.low) < (other.persona.high, other.persona.low)
        }
        return ExactText(player) < ExactText(other.player)
    }
}

/// A sandbox's number in the store, given when its account is made and never given again.
public struct SandboxID: Hashable, Sendable {
    public let number: Int64

    public init(number: Int64) { self.number = number }
}

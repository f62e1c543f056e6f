public import Dialogue
import HTTP
import Store

/// A session of a sandbox, with its player and persona.
public struct Conversation {
    public internal(set) var session: Session
    let key: PlayerKey
    /// Nil when the persona no longer exists.
    public let persona: Persona?
    /// The player's progress on the persona.
    public internal(set) var progress: Progress

    /// The channel through which the player talks to the persona.
    public var channel: String { key.channel }
    /// The caller's own name for the player.
    public var player: String { key.player }
    public var personaID: PersonaID { key.persona }
    public var machine: Machine? { persona?.machine(session.machine) }
}

extension Emulator {
    /// Every session of a sandbox, ordered by channel, persona and player; each player's most recently active session
    /// comes first.
    public func conversations(of account: Account) throws(Failure) -> [Conversation] {
        try stored { () throws(StoreError) in
            var found: [Conversation] = []
            for record in try store.records(in: account.sandbox.id) where !record.sessions.isEmpty {
                let persona = roster.persona(record.key.persona, for: account)
                found += record.sessions.map {
                    Conversation(session: $0.session, key: record.key, persona: persona, progress: record.progress)
                }
            }
            return found
        }
    }

    /// The session of that id.
    /// - Throws: a 404 when the sandbox has no such session.
    public func conversation(_ id: String, of account: Account) throws(Failure) -> Conversation {
        let found = try stored { () throws(StoreError) -> Conversation? in
            guard let wanted = SessionID(id),
                let (player, session) = try store.session(wanted, in: account.sandbox.id)
            else { return nil }
            return Conversation(
                session: session, key: player, persona: roster.persona(player.persona, for: account),
                progress: try store.progress(of: player))
        }
        guard let found else {
            throw Failure(
                .notFound,
                "There is no session \"\(id)\" in the sandbox \"\(account.sandbox.name)\"; list them to see which there are"
            )
        }
        return found
    }

    /// Reads the turns of a session piece by piece, oldest first.
    /// - Returns: a function that returns the next turns; an empty list when more will come later; nil at the end.
    public func history(of conversation: Conversation) throws(Failure) -> () throws(Failure) -> [Turn]? {
        let reader = try stored { () throws(StoreError) in
            try store.openHistory(of: conversation.key, machine: conversation.session.machine)
        }
        return { [self] () throws(Failure) in try stored(reader.next) }
    }
}

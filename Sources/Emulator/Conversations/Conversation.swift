public import Dialogue
import HTTP
import Store

/// A session of a sandbox, and whose it is.
public struct Conversation {
    public internal(set) var session: Session
    let key: PlayerKey
    /// Nil: nothing has it any more.
    public let persona: Persona?
    /// Of the player on the persona.
    public internal(set) var progress: Progress

    /// The door that the player came through.
    public var channel: String { key.channel }
    /// The caller's own name for the player.
    public var player: String { key.player }
    public var personaID: PersonaID { key.persona }
    public var machine: Machine? { persona?.machine(session.machine) }
}

extension Emulator {
    /// Every session of a sandbox: by channel, persona and player, and of one player the most recently active first.
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
    /// - Throws: a 404 where the sandbox has none.
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
}

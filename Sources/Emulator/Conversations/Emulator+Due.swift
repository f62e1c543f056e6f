public import Dialogue
import Store

extension Emulator {
    /// The sessions of a sandbox that dialects want to look at, those due first.
    /// - Parameters:
    ///   - moment: until when they are due.
    ///   - most: how many are returned at most.
    ///   - isWanted: whether a session is one of them, by its channel, its persona and itself.
    public func dueConversations(
        of account: Account, until moment: Timestamp, atMost most: Int,
        where isWanted: (String, PersonaID, Session) -> Bool
    ) throws(Failure) -> [Conversation] {
        try stored { () throws(StoreError) in
            var found: [(key: PlayerKey, session: Session)] = []
            try store.dueSessions(in: account.sandbox.id, until: moment) { key, session in
                if isWanted(key.channel, key.persona, session) { found.append((key, session)) }
                return found.count < most
            }
            var conversations: [Conversation] = []
            for (key, session) in found {
                conversations.append(
                    Conversation(
                        session: session, key: key, persona: roster.persona(key.persona, for: account),
                        progress: try store.progress(of: key)))
            }
            return conversations
        }
    }

    /// Changes what the dialect keeps with a session. Its history and the time of its last activity stay.
    public func keep(_ notes: SessionNotes, with conversation: Conversation) throws(Failure) {
        var session = conversation.session
        session.memory.keep(notes)
        let (changed, key) = (session, conversation.key)
        try stored { () throws(StoreError) in _ = try store.save(changed, of: key) }
    }
}

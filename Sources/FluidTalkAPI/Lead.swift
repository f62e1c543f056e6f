import Dialogue
import Emulator
import Exact
import Fixtures
import HTTP

/// One lead of one persona, and which of the caller's accounts can talk to the lead (A.7).
struct Lead {
    /// Another of the caller's accounts holds the lead (E-5).
    static let heldByAnother = "lead_claimed_by_other_account"

    let key: BoundKey
    let call: PlayerCall
    /// Nil before the first contact.
    let session: Session?
    let player: Player
    private let ownUsername: String?

    init(_ emulator: Emulator, _ call: Call, _ key: BoundKey, _ fields: LeadFields) throws(Failure) {
        self.key = key
        ownUsername = fields.ownUsername
        player = Player(name: fields.target, gender: .nonBinary)
        self.call = try emulator.playerCall(
            call,
            of: Playthrough(
                emulator, account: key.account, channel: KeyGate.channel, persona: key.persona,
                player: key.account.compat.targets == .folded ? Lead.folded(fields.target) : fields.target))
        var session = try self.call.play.session(on: key.machine)?.session
        if session?.memory.note == nil { session?.memory.note = ownUsername }
        self.session = session
    }

    /// The first account that names itself holds the lead; calls without a name neither claim it nor are refused (E-8).
    var isHeldByAnother: Bool {
        guard key.account.compat.duplicateLeads == .ignore, let holder = session?.memory.note, let ownUsername
        else { return false }
        return holder !== ownUsername
    }

    /// Throws a 400 when the conversation has ended (A.7, E-4).
    func throwIfDone() throws(Failure) {
        if session?.outcome != nil { throw Failure(.badRequest, "This session is DONE") }
    }

    /// The price of a new conversation (A.7, E-2).
    var price: Price { Price(key, unpaid: Failure(.paymentRequired, "insufficient_tokens")) }

    /// What is kept with a new session: the account that holds the lead.
    var notes: SessionNotes { SessionNotes(note: ownUsername) }

    /// The form in which `@Ann` and `ann` are the same lead.
    private static func folded(_ target: String) -> String {
        let scalars = target.unicodeScalars
        return String(scalars.first == "@" ? scalars.dropFirst() : scalars[...]).lowercased()
    }
}

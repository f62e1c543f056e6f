import Dialogue
import Emulator
import Exact
import HTTP

/// One person on one platform, and the conversation of a character with this person (B.1).
struct Lead {
    /// Another of the caller's accounts holds the lead (B.2).
    static let heldByAnother = "lead_claimed_by_other_account"

    let caller: Caller
    let platform: String
    let machine: Machine
    let call: PlayerCall
    /// Nil before the first contact.
    private(set) var session: Session?
    let player: Player
    private let ownUsername: String?
    private let emulator: Emulator
    /// Names the account that holds the lead; nil: the session's note does.
    private let claim: NumberName?

    init(
        _ gate: TokenGate, _ call: Call, _ caller: Caller, platform: String, handle: String, ownUsername: String?
    ) throws(Failure) {
        (self.caller, self.platform, self.ownUsername) = (caller, platform, ownUsername)
        emulator = gate.emulator
        machine = try caller.machine(for: platform)
        player = Player(name: handle, gender: .nonBinary)
        let name = caller.account.compat.targets == .folded ? Lead.folded(handle) : handle
        let place = Lead.channel(of: platform, in: caller.mode)
        let separates = caller.flags.separatesSessions
        claim =
            separates ? NumberName("characters claim", caller.key.persona.id.description, place, name) : nil
        self.call = try emulator.playerCall(
            call,
            of: Playthrough(
                emulator, account: caller.account,
                channel: separates ? ownUsername.map { "\(place) \($0)" } ?? place : place,
                persona: caller.key.persona, player: name))
        var session = try self.call.play.session(on: machine)?.session
        if session != nil, session?.memory.note == nil { session?.memory.note = ownUsername }
        self.session = session
    }

    /// The channel of a platform's leads; those of the mode `sandbox` are apart (E-32). The platform is encoded, so
    /// that it has no space: a space separates the channel from the account of a separate session.
    static func channel(of platform: String, in mode: TestMode) -> String {
        let place = mode == .sandbox ? "\(TokenGate.dialect)-test" : TokenGate.dialect
        return "\(place):\(PercentEncoding.encode(platform))"
    }

    /// Whether another account was the first to talk to the lead, and keeps it. Calls that name no account neither
    /// claim a lead nor are refused.
    func isHeldByAnother() throws(Failure) -> Bool {
        guard caller.flags.ignoresDuplicates, let ownUsername else { return false }
        guard let claim else { return session?.memory.note.map { $0 !== ownUsername } ?? false }
        let holder = try emulator.number(claim, in: caller.account)
        return holder != 0 && holder != Lead.number(of: ownUsername)
    }

    /// Whether the character has a conversation with the lead, of whichever of the caller's accounts.
    func isKnown() throws(Failure) -> Bool {
        guard session == nil, let claim else { return session != nil }
        return try emulator.number(claim, in: caller.account) != 0
    }

    /// Keeps the lead for the caller's account, if none holds it yet.
    func claimIt() throws(Failure) {
        guard let claim, let ownUsername, try emulator.number(claim, in: caller.account) == 0 else { return }
        try emulator.keep(Lead.number(of: ownUsername), as: claim, in: caller.account)
    }

    /// Throws a 404 for a `session_id` that is not the lead's own (E-6).
    func check(_ sessionID: String?) throws(Failure) {
        guard let sessionID, caller.account.compat.sessionField == .check,
            session?.id.description !== sessionID.lowercased()
        else { return }
        throw Failure(
            .notFound,
            "\"session_id\" is not the session of this lead; leave it out: the platform and the handle find the session"
        )
    }

    /// Has a turn that is taken now keep these facts with the session, and when its next follow-up is due. One that was
    /// due until now is noted: the caller may have sent it (E-14).
    mutating func expectTurn(_ facts: Texts = [:]) {
        guard var session else { return }
        let now = caller.account.sandbox.now
        if let due = session.memory.dueAt, due <= now {
            session.memory.facts[FollowUpID.missed] = "\(session.memory.nudges) \(session.turnCount)"
        }
        session.memory.facts.merge(facts) { $1 }
        session.memory.dueAt = Ladder(machine)?.due(session, after: now)
        self.session = session
    }

    /// What is kept with a session that begins now: the account that holds the lead, facts, and when the first follow-up
    /// is due.
    func notes(_ facts: Texts = [:]) -> SessionNotes {
        let now = caller.account.sandbox.now
        let first = Session.silent(id: SessionID(high: 0, low: 0), machine: machine, player: player, at: now)
        return SessionNotes(note: ownUsername, facts: facts, dueAt: Ladder(machine)?.due(first, after: now))
    }

    /// The number of a name; never 0.
    private static func number(of name: String) -> Int {
        Int(Identifiers.digest([name]).prefix(7), radix: 16).map { $0 + 1 } ?? 1
    }

    /// The form in which `@Ann` and `ann` are the same lead.
    private static func folded(_ handle: String) -> String {
        let scalars = handle.unicodeScalars
        return String(scalars.first == "@" ? scalars.dropFirst() : scalars[...]).lowercased()
    }
}

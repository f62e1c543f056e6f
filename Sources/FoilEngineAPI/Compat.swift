import Embedded
import Emulator
public import Fixtures

/// How an account reads what no source settles (spec H-12): each is to be flipped where the real service turns out other than
/// the default.
struct Compat: Equatable, Sendable {
    /// A message after the conversation has ended (G-4).
    enum AfterEnd: String, CaseIterable, Sendable {
        /// 400, as H-6 says.
        case refuse
        /// The last reply again, with the final state.
        case `repeat`
    }

    /// What stands as the decision of a turn that asked a follow-up (G-6).
    enum FollowUpDecision: String, CaseIterable, Sendable {
        case none, pass
    }

    /// Whose session is meant without `machine_id` (G-16).
    enum SessionChoice: String, CaseIterable, Sendable {
        /// The most recently active one.
        case latest
        /// That on the persona's default machine.
        case defaultMachine = "default_machine"
    }

    /// Which message of a turn carries decision and flag in the history (G-27).
    enum HistoryDecision: String, CaseIterable, Sendable {
        case assistant, user, both
    }

    var afterEnd = AfterEnd.refuse
    var followUpDecision = FollowUpDecision.none
    var sessionChoice = SessionChoice.latest
    /// Whether a machine whose conversation has ended still counts as having a session (G-22).
    var hasSessionAfterEnd = false
    var historyDecision = HistoryDecision.assistant
}

/// Its keys of the fixtures.
public struct FoilEngineKeys: DialectKeys {
    public init() {}

    public func read(_ account: AccountReading) {
        guard let object = account.compat else { return }
        var compat = Compat()
        compat.afterEnd = object.choice("after_end", Compat.AfterEnd.self) ?? compat.afterEnd
        compat.followUpDecision =
            object.choice("follow_up_decision", Compat.FollowUpDecision.self) ?? compat.followUpDecision
        compat.sessionChoice = object.choice("session_choice", Compat.SessionChoice.self) ?? compat.sessionChoice
        compat.hasSessionAfterEnd = object.bool("has_session_after_end") ?? compat.hasSessionAfterEnd
        compat.historyDecision =
            object.choice("history_decision", Compat.HistoryDecision.self) ?? compat.historyDecision
        account.keep(compat)
    }

    public var accountsSchema: [UInt8] {
        let file = embedded_foilengine_accounts_schema()
        return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}

extension Account {
    var compat: Compat { settings[Compat.self] ?? Compat() }
}

import Dialogue
import Embedded
import Emulator
public import Fixtures

/// The behaviour of an account where no source describes the real service (spec H-12). Each setting can be changed when
/// the real service differs from the default.
struct FoilEngineCompat: Equatable, Sendable {
    /// A message after the conversation has ended (G-4).
    enum AfterEnd: String, CaseIterable, Sendable {
        /// 400, as H-6 says.
        case refuse
        /// The last reply again, with the final state.
        case `repeat`
    }

    /// The decision that is written for a turn that asked a follow-up (G-6).
    enum FollowUpDecision: String, CaseIterable, Sendable {
        case none, pass
    }

    /// The session that is used without `machine_id` (G-16).
    enum SessionChoice: String, CaseIterable, Sendable {
        /// The most recently active one.
        case latest
        /// That on the persona's default machine.
        case defaultMachine = "default_machine"
    }

    /// The message of a turn that has the decision and the flag in the history (G-27).
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

/// The dialect's keys of the fixtures.
public struct FoilEngineKeys: DialectKeys {
    public init() {}

    public func read(_ account: AccountReading) {
        guard let object = account.compat else { return }
        var compat = FoilEngineCompat()
        compat.afterEnd = object.choice("after_end", FoilEngineCompat.AfterEnd.self) ?? compat.afterEnd
        compat.followUpDecision =
            object.choice("follow_up_decision", FoilEngineCompat.FollowUpDecision.self) ?? compat.followUpDecision
        compat.sessionChoice =
            object.choice("session_choice", FoilEngineCompat.SessionChoice.self) ?? compat.sessionChoice
        compat.hasSessionAfterEnd = object.bool("has_session_after_end") ?? compat.hasSessionAfterEnd
        compat.historyDecision =
            object.choice("history_decision", FoilEngineCompat.HistoryDecision.self) ?? compat.historyDecision
        account.keep(compat)
    }

    public var accountsSchema: [UInt8] {
        let file = embedded_foilengine_accounts_schema()
        return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}

extension Account {
    var compat: FoilEngineCompat { settings[FoilEngineCompat.self] ?? FoilEngineCompat() }
}

/// How an account reads what no source settles (spec H-12): each is to be flipped where the real service turns out other
/// than the default.
public struct Compat: Equatable, Sendable {
    /// A message after the conversation has ended (G-4).
    public enum AfterEnd: String, CaseIterable, Sendable {
        /// 400, as H-6 says.
        case refuse
        /// The last reply again, with the final state.
        case `repeat`
    }

    /// What stands as the decision of a turn that asked a follow-up (G-6).
    public enum FollowUpDecision: String, CaseIterable, Sendable {
        case none, pass
    }

    /// Whose session is meant without `machine_id` (G-16).
    public enum SessionChoice: String, CaseIterable, Sendable {
        /// The most recently active one.
        case latest
        /// That on the persona's default machine.
        case defaultMachine = "default_machine"
    }

    /// Which message of a turn carries decision and flag in the history (G-27).
    public enum HistoryDecision: String, CaseIterable, Sendable {
        case assistant, user, both
    }

    public var afterEnd = AfterEnd.refuse
    public var followUpDecision = FollowUpDecision.none
    public var sessionChoice = SessionChoice.latest
    /// Whether a machine whose conversation has ended still counts as having a session (G-22).
    public var hasSessionAfterEnd = false
    public var historyDecision = HistoryDecision.assistant

    public init() {}
}

/// How an account reads what no source settles (spec H-12; "handshake" is the other fact sheet): each is to be flipped where the real service turns out other
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

    /// An event that the engine does not know (handshake E-3).
    public enum UnknownEvent: String, CaseIterable, Sendable {
        /// 400, nothing begins and nothing is spent.
        case refuse
        /// Nothing is said, and that is all.
        case ignore
    }

    /// A nudge before its time, or one too many (handshake E-6). Nothing is said either way.
    public enum RefusedNudge: String, CaseIterable, Sendable {
        /// `ignored`, with the reason.
        case ignored
        /// Not ignored: only nothing said.
        case silent
    }

    /// A target that another of the caller's own accounts holds (handshake E-7).
    public enum DuplicateLeads: String, CaseIterable, Sendable {
        case ignore, answer
    }

    /// When two targets are one (handshake E-11).
    public enum Targets: String, CaseIterable, Sendable {
        /// When they are the same text.
        case exact
        /// When they are the same but for upper and lower case and a leading `@`.
        case folded
    }

    public var afterEnd = AfterEnd.refuse
    public var followUpDecision = FollowUpDecision.none
    public var sessionChoice = SessionChoice.latest
    /// Whether a machine whose conversation has ended still counts as having a session (G-22).
    public var hasSessionAfterEnd = false
    public var historyDecision = HistoryDecision.assistant

    public var unknownEvent = UnknownEvent.refuse
    public var refusedNudge = RefusedNudge.ignored
    public var duplicateLeads = DuplicateLeads.ignore
    public var targets = Targets.exact

    public init() {}
}

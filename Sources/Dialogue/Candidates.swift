/// What is tried of a state to answer a line.
enum Candidate: Equatable {
    /// Of this place among the state's follow-ups.
    case followUp(Int)
    /// Of this place among the transitions that leave the state.
    case transition(Int)
}

/// What is tried of a state, in that order: by priority, those with `otherwise` last. A follow-up stands before the
/// transitions of its number, and before all of them without one.
struct Candidates: Sequence, IteratorProtocol {
    let followUps: [FollowUp]
    let transitions: [Transition]
    private var followUp = 0
    private var transition = 0

    init(in state: State, of machine: Machine) {
        followUps = state.followUps
        transitions = machine.transitions(from: state.key)
    }

    mutating func next() -> Candidate? {
        if followUp < followUps.count, isFollowUpNext {
            followUp += 1
            return .followUp(followUp - 1)
        }
        guard transition < transitions.count else { return nil }
        transition += 1
        return .transition(transition - 1)
    }

    private var isFollowUpNext: Bool {
        guard transition < transitions.count else { return true }
        return transitions[transition].isTriedLast
            || (followUps[followUp].priority ?? .min) <= transitions[transition].priority
    }
}

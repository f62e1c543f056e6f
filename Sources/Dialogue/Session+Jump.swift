extension Session {
    /// Has the session stand in a state as if it had just come there: redirects and follow-ups count anew. In a terminal
    /// state it has ended, by the state's outcome or by the rules (spec B.8); in any other it goes on.
    public mutating func jump(to state: State, of machine: Machine) {
        stateKey = state.key
        redirectCount = 0
        memory.asked = [:]
        memory.isInFollowUp = false
        outcome = state.isTerminal ? Ending(in: state, score: score, by: nil, machine).outcome : nil
    }
}

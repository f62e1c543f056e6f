extension Machine {
    /// What a machine was decoded from. Its parts keep where in it they stand, as their `position`.
    public enum Source: Equatable, Sendable {
        /// The file of that path, below the fixture folder. A position is a line, counted from 1.
        case file(String)
        /// A document, in which it is that machine. A position is an index in the list that holds the part, or -1 where the
        /// part stands alone; transitions are counted as the document keeps them, those of `*` once.
        case document(machine: Int)
    }

    /// Where a transition stands, as `personas/tom/machines/gate.json:16` or `$.machines[0].transitions[2]`; nil, here and
    /// below, when nothing is known of the machine's source.
    public func origin(of transition: Transition) -> String? {
        origin(transition.position) { ".transitions[\(transition.position)]" }
    }

    public func origin(of state: State) -> String? {
        origin(state.position) { ".states[\(state.position)]" }
    }

    public func origin(of followUp: FollowUp, in state: State) -> String? {
        origin(followUp.position) {
            let index = followUp.position < 0 ? "" : "[\(followUp.position)]"
            return ".states[\(state.position)].follow_up\(index)"
        }
    }

    /// - Parameter event: The event whose entry it is; nil: it is the opener.
    public func origin(of entry: Entries.Entry, event: String?) -> String? {
        origin(entry.position) { ".entries." + (event.map { "events[\(ExplanationText.quoted($0))]" } ?? "opener") }
    }

    private func origin(_ position: Int32, path: () -> String) -> String? {
        switch source {
        case .file(let file): "\(file):\(position)"
        case .document(let machine): "$.machines[\(machine)]\(path())"
        case nil: nil
        }
    }
}

extension Machine {
    /// What a machine was decoded from. Each part's `position` is its place in it.
    public enum Source: Equatable, Sendable {
        /// The file of that path, below the fixture folder. A position is a line, counted from 1.
        case file(String)
        /// The machine of that index in a document. A position is the index in the list that contains the part, or -1
        /// for a part that is not in a list; transitions are counted as in the document, those of `*` once.
        case document(machine: Int)
    }

    /// Where a transition is defined, as `personas/tom/machines/gate.json:16` or `$.machines[0].transitions[2]`; nil,
    /// here and below, when the machine's source is unknown.
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

    /// - Parameter event: the event whose entry it is; nil: it is the opener.
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

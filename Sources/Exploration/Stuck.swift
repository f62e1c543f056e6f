import Dialogue

/// A configuration from which no conversation ends other than by a kick-out, and before which one still can.
struct Stuck {
    let node: Int
    /// Whether nothing leads to another state either.
    let isDeadEnd: Bool
}

extension Walk {
    /// The first stuck configuration of each state, in the order in which they were reached. A configuration that was
    /// not walked to its end may always end.
    /// - Parameter open: states out of which there may be other ways.
    func stuck(open: Set<StateKey>) -> [Stuck] {
        let ends = ending(open)
        let leaving = Set(edges.filter { nodes[Int($0.from)].state != nodes[Int($0.to)].state }.map(\.from))
        var seen: Set<StateKey> = []
        return nodes.indices.compactMap { place in
            let node = nodes[place]
            guard !ends[place], node.parent < 0 || ends[node.parent], seen.insert(node.state).inserted else {
                return nil
            }
            return Stuck(node: place, isDeadEnd: !leaving.contains(Int32(place)))
        }
    }

    /// For each node, whether a conversation may still end.
    private func ending(_ open: Set<StateKey>) -> [Bool] {
        var ends = nodes.map { !$0.isClosed || $0.endsSoon || open.contains($0.state) }
        var before: [Int32: [Int32]] = [:]
        for edge in edges { before[edge.to, default: []].append(edge.from) }
        var left = ends.indices.filter { ends[$0] }
        while let place = left.popLast() {
            for earlier in before[Int32(place)] ?? [] where !ends[Int(earlier)] {
                ends[Int(earlier)] = true
                left.append(Int(earlier))
            }
        }
        return ends
    }
}

extension Walk.Node {
    var state: StateKey { session.stateKey }
}

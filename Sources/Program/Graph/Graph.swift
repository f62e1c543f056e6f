/// A persona's machines as boxes and arrows, in no format yet. Its texts are as the fixtures have them.
struct Graph: Equatable {
    /// What stories reached. It is drawn by the kind of the line and by words, not by a colour alone.
    enum Reach: Equatable {
        case reached, unreached
    }

    enum Shape: Equatable {
        /// Where sessions begin.
        case start
        case state
        /// A terminal state, or the end of a session in any other state.
        case ending
        /// Every state that is not terminal: `*`.
        case anywhere
        case machine
    }

    struct Node: Equatable {
        let shape: Shape
        let lines: [String]
        var reach: Reach?
    }

    struct Edge: Equatable {
        /// Indices of the group's nodes.
        let from: Int
        let to: Int
        let lines: [String]
        var reach: Reach?
    }

    /// What is drawn within one frame.
    struct Group: Equatable {
        /// The title of the frame.
        let lines: [String]
        private(set) var nodes: [Node] = []
        private(set) var edges: [Edge] = []

        init(_ lines: [String]) { self.lines = lines }

        /// Adds a node. Returns its index.
        mutating func add(_ node: Node) -> Int {
            nodes.append(node)
            return nodes.count - 1
        }

        mutating func add(_ edge: Edge) { edges.append(edge) }
    }

    let groups: [Group]

    var edgeCount: Int { groups.reduce(0) { $0 + $1.edges.count } }
}

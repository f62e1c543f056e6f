public import Dialogue

/// The states and parts of machines that passing stories reach, by whatever way.
public struct StoryParts: Sendable {
    private(set) var states: [MachineID: Set<StateKey>] = [:]
    private(set) var fired: [MachineID: Set<Part>] = [:]

    public init() {}

    /// Adds what a step of a story reached.
    public mutating func add(_ reach: Reach, on machine: Machine) {
        states[machine.id, default: []].formUnion([reach.before, reach.after].compactMap(\.self))
        guard let before = reach.before else { return }
        switch reach.fired {
        case .followUp(let place): fired[machine.id, default: []].insert(.followUp(before, place))
        case .transition(let rank, let isShared):
            let same = machine.transitions(from: before).filter { ($0.from == nil) == isShared }
            guard rank < same.count else { return }
            fired[machine.id, default: []].insert(.transition(ObjectIdentifier(same[rank])))
        case nil: break
        }
    }

    /// Adds what another story reached.
    public mutating func add(_ other: StoryParts) {
        states.merge(other.states) { $0.union($1) }
        fired.merge(other.fired) { $0.union($1) }
    }
}

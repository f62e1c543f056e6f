public import Exact

/// What a player has reached on a persona, over all of its machines. It outlives a single session and is cleared by
/// a full reset (spec G-23, H-5).
public struct Progress: Equatable, Sendable {
    /// Sessions begun so far; the next one's id is derived from it.
    public var inits: Int
    /// Machines unlocked by links, in the order they were unlocked.
    public var unlocked: [MachineID]
    /// The variables that completed machines set, the latest for each name: their output variables, and for each
    /// machine `outcome.<machine_key>` and `score.<machine_key>`. They carry values from one session to the next (spec
    /// G-46).
    public var variables: Texts

    public init(inits: Int = 0, unlocked: [MachineID] = [], variables: Texts = [:]) {
        self.inits = inits
        self.unlocked = unlocked
        self.variables = variables
    }

    /// Sets the variables of an ended session.
    public mutating func complete(_ session: Session, on machine: Machine) {
        guard let outcome = session.outcome else { return }
        variables["outcome.\(machine.key)"] = outcome.rawValue
        variables["score.\(machine.key)"] = String(session.score)
        for output in machine.outputs where output.outcomes.contains(outcome) {
            if let value = output.value(in: session.memory) { variables[output.key] = value }
        }
    }

    /// The stored form of the variables: names and values in turn, by name.
    public var encodedVariables: [UInt8] {
        StoredStrings.encode(variables.sorted { $0.key < $1.key }.flatMap { [$0.key.text, $0.value] })
    }

    /// Nil when the bytes were not made by `encodedVariables`.
    public static func variables(encoded: [UInt8]) -> Texts? {
        guard let parts = StoredStrings.decode(encoded), parts.count % 2 == 0 else { return nil }
        let pairs = stride(from: 0, to: parts.count, by: 2).map { (ExactText(parts[$0]), parts[$0 + 1]) }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}

public import Dialogue
import Exact

/// What becomes of a player's next messages, one after another, whatever they say.
public struct Script: Equatable, Sendable {
    /// What one message is answered with.
    public enum Step: Equatable, Sendable {
        /// A turn: what it decides, and what is said. Where one is nil the machine has its way.
        case turn(Order?, reply: String?)
        /// No turn, but an error with that status.
        case error(status: Int, message: String?)
    }

    public enum Order: Equatable, Sendable {
        case decide(Decision)
        case followUp

        var directive: Directive {
            switch self {
            case .decide(let decision): .decide(decision)
            case .followUp: .followUp
            }
        }
    }

    /// `s1` for the first that the sandbox had.
    public let id: String
    /// Nil: anybody.
    public let player: String?
    /// A persona's id, slug or name; nil: any.
    public let persona: String?
    public let steps: [Step]
    /// Bytes of what the steps say.
    let bytes: Int
    /// How many of the steps are taken.
    var taken = 0

    public var left: Int { steps.count - taken }

    func isFor(_ player: String, of persona: Persona) -> Bool {
        (self.player.map { $0 === player } ?? true) && (self.persona.map(persona.isCalled) ?? true)
    }
}

extension Script.Step {
    /// Bytes of what it says.
    var bytes: Int {
        switch self {
        case .turn(_, let reply): reply?.utf8.count ?? 0
        case .error(_, let message): message?.utf8.count ?? 0
        }
    }
}

/// The scripts of a sandbox, in the order in which they came.
struct Scripts: Equatable {
    private(set) var all: [Script] = []
    /// How many there ever were.
    private var count = 0

    /// Scripts at most; of more, those go first that have no step left.
    static let limit = 1_000
    /// Steps of all of them at most, those that are taken too.
    static let stepLimit = 10_000
    /// Bytes of what all steps say at most.
    static let byteLimit = 1 << 20

    /// What there is too much of.
    enum Excess: Error, Equatable {
        case scripts
        case steps(Int)
        case bytes(Int)
    }

    /// - Throws: where there are as many as may be, all with steps left.
    mutating func add(player: String?, persona: String?, steps: [Script.Step]) throws(Excess) -> Script {
        let script = Script(
            id: "s\(count + 1)", player: player, persona: persona, steps: steps,
            bytes: steps.reduce(0) { $0 + $1.bytes })
        if excess(with: script) != nil { all.removeAll { $0.left == 0 } }
        if let excess = excess(with: script) { throw excess }
        count += 1
        all.append(script)
        return script
    }

    private func excess(with script: Script) -> Excess? {
        if all.count >= Scripts.limit { return .scripts }
        let (steps, bytes) = all.reduce((0, 0)) { ($0.0 + $1.steps.count, $0.1 + $1.bytes) }
        if steps + script.steps.count > Scripts.stepLimit { return .steps(steps) }
        return bytes + script.bytes > Scripts.byteLimit ? .bytes(bytes) : nil
    }

    mutating func remove(_ id: String) -> Bool {
        guard let place = all.firstIndex(where: { $0.id == id }) else { return false }
        all.remove(at: place)
        return true
    }

    mutating func removeAll() { all = [] }

    /// Takes the next step of the first script that is for this player and has one left, if it is one that is wanted.
    mutating func take(
        for player: String, of persona: Persona, where isWanted: (Script.Step) -> Bool
    ) -> Script.Step? {
        guard !all.isEmpty,
            let place = all.firstIndex(where: { $0.left > 0 && $0.isFor(player, of: persona) })
        else { return nil }
        let step = all[place].steps[all[place].taken]
        guard isWanted(step) else { return nil }
        all[place].taken += 1
        return step
    }
}

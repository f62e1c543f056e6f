import Journal
public import Dialogue
import Exact

/// Fixed results for a player's next messages, one after another, whatever the messages say.
public struct Script: Equatable, Sendable {
    /// The result of one message.
    public enum Step: Equatable, Sendable {
        /// A turn with this decision and this reply. Where one is nil, the machine decides.
        case turn(Order?, reply: String?)
        /// An error with this status, and no turn.
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

    /// 1 for the first script of the sandbox.
    let number: Int
    /// `s1` for the first.
    public let id: String
    /// Nil: any player.
    public let player: String?
    /// A persona's id, slug or name; nil: any persona.
    public let persona: String?
    public let steps: [Step]
    /// The bytes of all texts in the steps.
    let bytes: Int
    /// The number of steps that were taken.
    var taken = 0

    public var left: Int { steps.count - taken }

    fileprivate init(_ number: Int, player: String?, persona: String?, steps: [Step]) {
        (self.number, self.player, self.persona, self.steps) = (number, player, persona, steps)
        id = "s\(number)"
        bytes = steps.reduce(0) { $0 + $1.bytes }
    }

    func isFor(_ player: String, of persona: Persona) -> Bool {
        (self.player.map { $0 === player } ?? true) && (self.persona.map(PersonaName(persona).isCalled) ?? true)
    }
}

extension Script.Step {
    /// The bytes of its text.
    var bytes: Int {
        switch self {
        case .turn(_, let reply): reply?.utf8.count ?? 0
        case .error(_, let message): message?.utf8.count ?? 0
        }
    }
}

/// The scripts of a sandbox, oldest first.
struct Scripts {
    private(set) var all: [Script] = []
    /// The number of scripts that were ever added.
    private(set) var made = 0
    /// Changes when a script is added or removed, and not when a step is taken.
    private(set) var revision = Revision()

    /// The most scripts; beyond it, those without a step left are removed.
    static let limit = 1_000
    /// The most steps of all scripts, including taken ones.
    static let stepLimit = 10_000
    /// The most bytes of the texts of all steps.
    static let byteLimit = 1 << 20

    /// The limit that was exceeded.
    enum Excess: Error, Equatable {
        case scripts
        case steps(Int)
        case bytes(Int)
    }

    /// - Throws: the limit that the script would exceed, even after the scripts without a step left are removed.
    mutating func add(player: String?, persona: String?, steps: [Script.Step]) throws(Excess) -> Script {
        let script = Script(made + 1, player: player, persona: persona, steps: steps)
        if excess(with: script) != nil {
            revision.change()
            all.removeAll { $0.left == 0 }
        }
        if let excess = excess(with: script) { throw excess }
        revision.change()
        made += 1
        all.append(script)
        return script
    }

    private func excess(with script: Script) -> Excess? {
        if all.count >= Scripts.limit { return .scripts }
        let (steps, bytes) = sizes
        if steps + script.steps.count > Scripts.stepLimit { return .steps(steps) }
        return bytes + script.bytes > Scripts.byteLimit ? .bytes(bytes) : nil
    }

    /// The steps of all scripts, taken or not, and the bytes of their texts.
    private var sizes: (steps: Int, bytes: Int) {
        all.reduce((0, 0)) { ($0.0 + $1.steps.count, $0.1 + $1.bytes) }
    }

    mutating func remove(_ id: String) -> Bool {
        guard let place = all.firstIndex(where: { $0.id == id }) else { return false }
        revision.change()
        all.remove(at: place)
        return true
    }

    mutating func removeAll() {
        revision.change()
        all = []
    }

    /// Takes the next step of the first script for this player that has one left, if `isWanted` accepts the step.
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

// MARK: - Kept scripts

extension Scripts {
    /// The scripts with their numbers, no step taken.
    /// - Parameter made: how many were ever added.
    /// - Returns: nil when the numbers do not rise up to `made`, or the scripts exceed a limit.
    init?(_ kept: [(number: Int, request: ScriptRequest)], made: Int) {
        var last = 0
        for (number, request) in kept {
            guard number > last, number <= made else { return nil }
            last = number
            all.append(Script(number, player: request.player, persona: request.persona, steps: request.steps))
        }
        let (steps, bytes) = sizes
        guard all.count <= Scripts.limit, steps <= Scripts.stepLimit, bytes <= Scripts.byteLimit else { return nil }
        self.made = made
        revision.change()
    }

    /// How many steps of each script were taken.
    var taken: [Int] {
        get { all.map(\.taken) }
        set {
            precondition(newValue.count == all.count, "a number for each script")
            for (place, taken) in newValue.enumerated() { all[place].taken = taken }
        }
    }

    /// Whether a script has a step left.
    var haveSteps: Bool { all.contains { $0.left > 0 } }
}

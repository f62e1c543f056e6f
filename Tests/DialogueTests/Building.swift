@testable import Dialogue
import Exact
import Text

/// Short words for what the tests are made of.

func key(_ text: String) -> StateKey { StateKey(text)! }

/// A list of lines, each a template.
func says(_ lines: String..., id: String = "list", pick: Pick = .inOrder) -> ReplyList {
    ReplyList(id: id, lines.map { Reply([template($0)]) }, pick: pick)
}

func template(_ text: String) -> Template { try! Template(text) }

func words(_ listed: String...) -> [Phrase] { listed.map { Phrase($0)! } }

func machineID(_ number: UInt64) -> MachineID { MachineID(high: 0, low: number) }

/// Says "go", which most transitions here wait for.
let go: Matcher = .text(.any(words("go")))

extension Transition {
    static func pass(
        from: String = "start", to: String, _ delta: Int = 0, priority: Int = 0, when: Matcher? = go,
        followUp: Bool = false, says: ReplyList? = nil
    ) -> Transition {
        Transition(
            from: key(from), to: key(to), decision: .pass, scoreDelta: delta, priority: priority, when: when,
            followUp: followUp, says: says)
    }

    /// A redirect, a reject or a kick_out.
    static func on(
        _ decision: Decision, from: String? = "start", to: String? = nil, _ delta: Int = 0, priority: Int = 0,
        when: Matcher? = go, says: ReplyList? = nil
    ) -> Transition {
        Transition(
            from: from.map(key), to: to.map(key), decision: decision, scoreDelta: delta, priority: priority,
            when: when, says: says)
    }
}

/// The states of every machine here: "start" is the initial one, "middle" follows, "end" is terminal without an outcome
/// of its own, "won" and "lost" have one.
let places: [State] = [
    State(key: key("start"), isInitial: true), State(key: key("middle")), State(key: key("end"), isTerminal: true),
    State(key: key("won"), isTerminal: true, outcome: .accept),
    State(key: key("lost"), isTerminal: true, outcome: .reject),
]

func machine(
    id: UInt64 = 1, key: String = "m", mode: Machine.ScoringMode = .scoring, isEntry: Bool = false,
    threshold: Int = 3, bound: Int = -3, redirectLimit: Int? = nil, onRedirectLimit: Decision = .reject,
    unmatched: Decision = .redirect, outputs: [OutputVariable] = [], greeting: ReplyList? = nil, saysOn: SaysOn = [:],
    states: [State] = places, _ transitions: [Transition] = []
) -> Machine {
    Machine(
        id: machineID(id), key: key, name: key, isEntry: isEntry, scoringMode: mode, passThreshold: threshold,
        earlyFailBound: bound, redirectLimit: redirectLimit, onRedirectLimit: onRedirectLimit, unmatched: unmatched,
        outputs: outputs, greeting: greeting, saysOn: saysOn, states: states, transitions: transitions)
}

func persona(
    _ machines: Machine..., links: [Link] = [], variables: Texts = [:], saysOn: SaysOn = [:]
) -> Persona {
    Persona(
        id: PersonaID(high: 0, low: 7), slug: "mira", name: "Mira", machines: machines, links: links,
        variables: variables, saysOn: saysOn)
}

/// A conversation that has just begun.
struct Talk {
    let machine: Machine
    let persona: Persona
    var session: Session
    let greeting: Turn
    /// What earlier machines left.
    let left: Texts
    private var lines: [String] = []

    init(
        _ machine: Machine, variables: Texts = [:], left: Texts = [:], saysOn: SaysOn = [:],
        gender: Gender = .female, id: UInt64 = 2
    ) {
        self.machine = machine
        self.left = left
        persona = DialogueTests.persona(machine, variables: variables, saysOn: saysOn)
        let begun = Session.begin(
            id: SessionID(high: 1, low: id), machine: machine, of: persona, player: Player(name: "Sam", gender: gender),
            variables: left, at: Timestamp(seconds: 100))
        (session, greeting) = (begun.session, begun.turn)
    }

    /// The player says a line, which may hold directives.
    @discardableResult
    mutating func hear(_ line: String, at seconds: Int64 = 200) throws -> Turn {
        hear(line, meaning: try Instruction(line), at: seconds)
    }

    @discardableResult
    mutating func hear(_ line: String, meaning instruction: Instruction, at seconds: Int64 = 200) -> Turn {
        let input = Session.Input(message: line, instruction: instruction, variables: left, earlier: lines)
        lines.append(instruction.text)
        return session.answer(input, on: machine, of: persona, at: Timestamp(seconds: seconds)).turn
    }
}

/// Conditions and patterns tried alone, with an effort of their own.
extension Matcher {
    func holds(in context: MatchContext) -> Bool {
        var effort = Effort()
        return holds(in: context, &effort)
    }

    func holds(in context: MatchContext, captures: inout Texts) -> Bool {
        var effort = Effort()
        return holds(in: context, &effort, captures: &captures)
    }

    func account(in context: MatchContext) -> Account {
        var effort = Effort()
        return account(in: context, &effort)
    }
}

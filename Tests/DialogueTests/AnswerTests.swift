import Dialogue
import Testing

/// The position of a session after a message.
struct Standing: Equatable, Sendable {
    let state: String
    let score: Int
    let decision: Decision?
    let redirects: Int
    let outcome: Outcome?

    init(_ state: String, _ score: Int, _ decision: Decision?, redirects: Int = 0, _ outcome: Outcome? = nil) {
        self.state = state
        self.score = score
        self.decision = decision
        self.redirects = redirects
        self.outcome = outcome
    }

    init(_ session: Session, _ turn: Turn) {
        self.init(
            session.stateKey.text, session.score, turn.decision, redirects: session.redirectCount, session.outcome)
    }
}

/// One message to a session in "start", and the session's position after it. `rule` names the rule of the spec.
struct Scene: Sendable, CustomTestStringConvertible {
    let rule: String
    var mode = Machine.ScoringMode.scoring
    var threshold = 3
    var bound = -3
    var score = 0
    var redirects = 0
    var message = "go"
    let transitions: [Transition]
    let expected: Standing

    init(
        _ rule: String, mode: Machine.ScoringMode = .scoring, threshold: Int = 3, bound: Int = -3, score: Int = 0,
        redirects: Int = 0, message: String = "go", _ transitions: [Transition], _ expected: Standing
    ) {
        self.rule = rule
        self.mode = mode
        self.threshold = threshold
        self.bound = bound
        self.score = score
        self.redirects = redirects
        self.message = message
        self.transitions = transitions
        self.expected = expected
    }

    var testDescription: String { rule }

    func check() throws {
        var talk = Talk(machine(mode: mode, threshold: threshold, bound: bound, transitions))
        talk.session.score = score
        talk.session.redirectCount = redirects
        let turn = try talk.hear(message)
        #expect(Standing(talk.session, turn) == expected, "\(rule)")
        #expect(turn.stateKey == talk.session.stateKey)
        #expect(turn.score == talk.session.score)
    }
}

@Suite("Session.answer: the four decisions")
struct AnswerTests {
    static let passes = [
        Scene("B.5 pass moves and adds its delta", [.pass(to: "middle", 15)], Standing("middle", 15, .pass)),
        Scene("B.5 pass_fail: pass moves", mode: .passFail, [.pass(to: "middle")], Standing("middle", 0, .pass)),
        Scene(
            "G-15 pass_fail: the score stays 0", mode: .passFail, [.pass(to: "middle", 15)],
            Standing("middle", 0, .pass)),
        Scene("G-7 a move clears the redirects", redirects: 4, [.pass(to: "middle")], Standing("middle", 0, .pass)),
        Scene("G-7 so does a move to the same state", redirects: 4, [.pass(to: "start")], Standing("start", 0, .pass)),
    ]

    @Test("a pass moves the session, adds its delta and clears the redirects", arguments: passes)
    func pass(_ scene: Scene) throws { try scene.check() }

    static let redirects = [
        Scene("B.5 redirect stays and counts", [.on(.redirect)], Standing("start", 0, .redirect, redirects: 1)),
        Scene("B.7 without end", redirects: 99, [.on(.redirect)], Standing("start", 0, .redirect, redirects: 100)),
        Scene(
            "B.5 even with a target", [.on(.redirect, to: "end")], Standing("start", 0, .redirect, redirects: 1)),
        Scene("G-11 its delta counts", [.on(.redirect, 2)], Standing("start", 2, .redirect, redirects: 1)),
        Scene(
            "pass_fail: redirect stays", mode: .passFail, [.on(.redirect, to: "end", 2)],
            Standing("start", 0, .redirect, redirects: 1)),
        Scene(
            "G-13 what nothing fits is a redirect", redirects: 1, [.pass(to: "end", 9, when: nil)],
            Standing("start", 0, .redirect, redirects: 2)),
        Scene(
            "G-13 pass_fail too", mode: .passFail, message: "stop", [.pass(to: "end")],
            Standing("start", 0, .redirect, redirects: 1)),
    ]

    @Test("a redirect keeps the state, and is counted", arguments: redirects)
    func redirect(_ scene: Scene) throws { try scene.check() }

    static let rejects = [
        Scene(
            "B.5 scoring: by way of the pass", [.on(.reject, to: "lost", -1), .pass(to: "middle", 9, when: nil)],
            Standing("middle", -1, .reject)),
        Scene(
            "of several passes the one of lowest priority",
            [
                .on(.reject, -1), .pass(to: "end", priority: 2, when: nil), .pass(to: "middle", priority: 1, when: nil),
                .pass(to: "won", priority: 1, when: nil),
            ],
            Standing("middle", -1, .reject)),
        Scene(
            "a pass with otherwise counts by its priority",
            [
                .on(.reject), .pass(to: "end", priority: 2, when: nil),
                .pass(to: "middle", priority: 1, when: .otherwise),
            ],
            Standing("middle", 0, .reject)),
        Scene("without a pass to its own target", [.on(.reject, to: "middle", -1)], Standing("middle", -1, .reject)),
        Scene(
            "without either it stays", redirects: 2, [.on(.reject, -1)],
            Standing("start", -1, .reject, redirects: 2)),
        Scene(
            "a pass of another state does not count", [.on(.reject), .pass(from: "middle", to: "end", when: nil)],
            Standing("start", 0, .reject)),
        Scene(
            "B.8 into a terminal state it ends by the score", score: 9,
            [.on(.reject, -1), .pass(to: "end", when: nil)],
            Standing("end", 8, .reject, .accept)),
        Scene(
            "B.5 pass_fail: it ends at once", mode: .passFail, [.on(.reject)], Standing("start", 0, .reject, .reject)),
        Scene(
            "G-10 and stays although it has a target", mode: .passFail, [.on(.reject, to: "middle")],
            Standing("start", 0, .reject, .reject)),
        Scene(
            "G-10 but moves to a terminal one", mode: .passFail, [.on(.reject, to: "end", -5)],
            Standing("end", 0, .reject, .reject)),
        Scene(
            "G-9 whose own outcome stands", mode: .passFail, [.on(.reject, to: "won")],
            Standing("won", 0, .reject, .accept)),
        Scene(
            "pass_fail: never by way of the pass", mode: .passFail, [.on(.reject), .pass(to: "end", when: nil)],
            Standing("start", 0, .reject, .reject)),
    ]

    @Test("a reject goes on with its delta in scoring, and ends the conversation in pass_fail", arguments: rejects)
    func reject(_ scene: Scene) throws { try scene.check() }

    static let kickOuts =
        Machine.ScoringMode.allCases.flatMap { mode in
            [
                Scene(
                    "\(mode) B.5 kick_out ends where it is", mode: mode, [.on(.kickOut)],
                    Standing("start", 0, .kickOut, .kickOut)),
                Scene(
                    "\(mode) G-10 and does not move on", mode: mode, redirects: 2, [.on(.kickOut, to: "middle")],
                    Standing("start", 0, .kickOut, redirects: 2, .kickOut)),
                Scene(
                    "\(mode) G-10 but to a terminal state", mode: mode, [.on(.kickOut, to: "end")],
                    Standing("end", 0, .kickOut, .kickOut)),
                Scene(
                    "\(mode) B.8 whatever outcome that has", mode: mode, [.on(.kickOut, to: "won")],
                    Standing("won", 0, .kickOut, .kickOut)),
                Scene(
                    "\(mode) never by way of the pass", mode: mode, [.on(.kickOut), .pass(to: "end", when: nil)],
                    Standing("start", 0, .kickOut, .kickOut)),
                Scene(
                    "\(mode) B.5 from every state", mode: mode, [.on(.kickOut, from: nil)],
                    Standing("start", 0, .kickOut, .kickOut)),
            ]
        } + [
            Scene("B.8 points stay", score: 9, [.on(.kickOut, -1)], Standing("start", 8, .kickOut, .kickOut)),
            Scene("kick_out is not an early fail", [.on(.kickOut, -20)], Standing("start", -20, .kickOut, .kickOut)),
        ]

    @Test("a kick_out ends the conversation at once", arguments: kickOuts)
    func kickOut(_ scene: Scene) throws { try scene.check() }

    @Test("a turn has its number from 1, its time and its line")
    func turn() throws {
        var talk = Talk(
            machine([.on(.redirect), .pass(to: "middle", 2, when: .text(.any(words("ok"))), followUp: true)]))
        let first = try talk.hear("go [[redirect]]", at: 110)
        #expect((first.number, first.at, first.line) == (1, Timestamp(seconds: 110), "go [[redirect]]"))
        let second = try talk.hear("ok", at: 120)
        #expect((second.number, second.at, second.line) == (2, Timestamp(seconds: 120), "ok"))
        #expect(talk.session.turnCount == 2)
        #expect(talk.session.lastMessageAt == Timestamp(seconds: 120))
        #expect(talk.session.startedAt == Timestamp(seconds: 100))
    }

    @Test("a transition can set follow_up beside its decision (H-2)", arguments: [true, false])
    func followUp(_ flag: Bool) throws {
        var talk = Talk(machine([.pass(to: "middle", followUp: flag)]))
        let turn = try talk.hear("go")
        #expect(turn.followUp == flag)
        #expect(turn.decision == .pass)
        #expect(try talk.hear("anything").followUp == false)
    }

    @Test("the first transition whose condition holds fires")
    func firstHolding() throws {
        var talk = Talk(
            machine([
                .pass(to: "end", priority: 1, when: .text(.any(words("never")))), .pass(to: "middle", priority: 2),
                .on(.kickOut, priority: 3),
            ]))
        try talk.hear("go")
        #expect(talk.session.stateKey == key("middle"))
    }

    @Test("a session fits a machine only if the machine has its state (H-9)")
    func fits() {
        let talk = Talk(machine())
        #expect(talk.session.fits(talk.machine))
        let other = machine(states: [State(key: key("begin"), isInitial: true)])
        #expect(!talk.session.fits(other))
    }
}

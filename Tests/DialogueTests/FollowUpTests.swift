import Dialogue
import Testing
import Text

@Suite("Follow-ups: a state's question before anything is decided (B.6, G-6, H-2)")
struct FollowUpTests {
    static let unsure = Matcher.text(.any(words("maybe")))

    /// A machine whose initial state asks so; it passes on "go", is kicked out on "idiot", and passes an answer to a
    /// follow-up on to "won".
    static func machine(
        _ followUps: FollowUp..., mode: Machine.ScoringMode = .scoring, redirectLimit: Int? = nil,
        also: Transition? = nil
    ) -> Machine {
        let states = [State(key: key("start"), isInitial: true, followUps: followUps)] + places.dropFirst()
        return DialogueTests.machine(
            mode: mode, redirectLimit: redirectLimit, states: states,
            [
                .pass(to: "middle", 5, priority: 10), .pass(from: "middle", to: "start", priority: 10),
                .on(.kickOut, from: nil, priority: 0, when: .text(.any(words("idiot")))),
            ] + [also].compactMap(\.self))
    }

    static func asks(
        _ line: String = "Be concrete.", when: Matcher? = unsure, limit: Int = 1, priority: Int? = nil
    ) -> FollowUp {
        FollowUp(when: when, says: says(line, id: line), limit: limit, priority: priority)
    }

    @Test(
        "a follow-up decides nothing: follow_up is true, and state, score and redirects stay",
        arguments: [
            Machine.ScoringMode.scoring, .passFail,
        ])
    func pending(_ mode: Machine.ScoringMode) throws {
        var talk = Talk(Self.machine(Self.asks(), mode: mode))
        talk.session.redirectCount = 2
        talk.session.score = -9
        let turn = try talk.hear("maybe")
        #expect(turn.followUp)
        #expect(turn.reply == "Be concrete.")
        #expect(Standing(talk.session, turn) == Standing("start", -9, nil, redirects: 2))
    }

    @Test("the line after a follow-up is judged in the same state")
    func after() throws {
        var talk = Talk(Self.machine(Self.asks()))
        try talk.hear("maybe")
        let turn = try talk.hear("go")
        #expect(Standing(talk.session, turn) == Standing("middle", 5, .pass))
        #expect(!turn.followUp)
    }

    @Test("a follow-up is asked up to its limit in one visit", arguments: [1, 2, 3])
    func limit(_ limit: Int) throws {
        var talk = Talk(Self.machine(Self.asks(limit: limit)))
        for _ in 0..<limit { #expect(try talk.hear("maybe").decision == nil) }
        #expect(try talk.hear("maybe").decision == .redirect)
        #expect(try talk.hear("maybe").decision == .redirect)
    }

    @Test("after a move the follow-ups of a state can be asked again")
    func newVisit() throws {
        var talk = Talk(Self.machine(Self.asks()))
        #expect(try ["maybe", "go", "go", "maybe"].map { try talk.hear($0).decision } == [nil, .pass, .pass, nil])
    }

    @Test("each follow-up has a limit of its own, and they are tried in order")
    func order() throws {
        var talk = Talk(Self.machine(Self.asks("One?"), Self.asks("Two?")))
        #expect(try (0..<3).map { _ in try talk.hear("maybe").followUp } == [true, true, false])
        talk = Talk(Self.machine(Self.asks("One?"), Self.asks("Two?")))
        #expect(try (0..<2).map { _ in try talk.hear("maybe").reply } == ["One?", "Two?"])
    }

    static let priorities: [(Int?, Decision?)] = [
        (nil, nil), (-1, nil), (0, nil), (4, nil), (5, nil), (6, .redirect), (50, .redirect),
    ]

    @Test(
        "a follow-up without a priority is tried first, else before transitions of its number or a higher one",
        arguments: priorities)
    func priority(_ priority: Int?, _ decision: Decision?) throws {
        let transition = Transition.on(.redirect, priority: 5, when: Self.unsure)
        var talk = Talk(Self.machine(Self.asks(priority: priority), also: transition))
        #expect(try talk.hear("maybe").decision == decision)
    }

    @Test("a follow-up is tried before otherwise, whatever the two priorities", arguments: [nil, 0, 50])
    func beforeOtherwise(_ priority: Int?) throws {
        let transition = Transition.on(.redirect, priority: -5, when: .otherwise)
        var talk = Talk(Self.machine(Self.asks(priority: priority), also: transition))
        #expect(try talk.hear("maybe").decision == nil)
        #expect(try talk.hear("maybe").decision == .redirect)
    }

    @Test("a transition of a lower number is tried before a follow-up with a priority")
    func insult() throws {
        var talk = Talk(Self.machine(Self.asks(priority: 5)))
        #expect(try talk.hear("maybe, idiot").decision == .kickOut)
        talk = Talk(Self.machine(Self.asks()))
        #expect(try talk.hear("maybe, idiot").decision == nil)
    }

    @Test("in_follow_up holds on the next line alone")
    func nextLine() throws {
        let answered = Transition.on(.redirect, priority: 1, when: .inFollowUp(true), says: says("answered"))
        var talk = Talk(Self.machine(Self.asks(), also: answered))
        #expect(
            try ["hm", "maybe", "hm", "hm"].map { try talk.hear($0).reply == "answered" } == [
                false, false, true, false,
            ])
    }

    @Test("in_follow_up still holds after a second follow-up")
    func again() throws {
        let answered = Transition.on(.redirect, priority: 1, when: .inFollowUp(true), says: says("answered"))
        var talk = Talk(Self.machine(Self.asks(limit: 2), also: answered))
        #expect(
            try ["maybe", "maybe", "hm"].map { try talk.hear($0).reply } == [
                "Be concrete.", "Be concrete.", "answered",
            ])
    }

    @Test("a follow-up neither is a redirect nor uses one up")
    func noRedirect() throws {
        var talk = Talk(Self.machine(Self.asks(limit: 9), redirectLimit: 1))
        for _ in 0..<3 { #expect(try talk.hear("maybe").decision == nil) }
        #expect(try talk.hear("hm").decision == .redirect)
        #expect(try talk.hear("maybe").decision == nil)
        #expect(try talk.hear("hm").decision == .reject)
    }

    @Test("[[follow_up]] asks the first follow-up, even beyond its limit or without a condition")
    func directive() throws {
        var talk = Talk(Self.machine(Self.asks("One?", when: nil), Self.asks("Two?")))
        for _ in 0..<3 {
            let turn = try talk.hear("go [[follow_up]]")
            #expect(turn.reply == "One?")
            #expect((turn.decision, turn.followUp) == (nil, true))
            #expect(turn.stateKey == key("start"))
        }
        #expect(try talk.hear("hm").decision == .redirect)
    }

    @Test("[[follow_up]] in a state without follow-ups asks a built-in question")
    func directiveWithout() throws {
        var talk = Talk(Self.machine())
        let turn = try talk.hear("[[follow_up]]")
        #expect(turn.reply == "Could you say that more clearly?")
        #expect((turn.decision, turn.followUp) == (nil, true))
    }

    @Test("a follow-up keeps what its pattern caught")
    func captures() throws {
        let followUp = FollowUp(when: MatcherTests.pattern("maybe (?<what>\\w+)"), says: says("{capture.what}?"))
        var talk = Talk(Self.machine(followUp))
        #expect(try talk.hear("maybe bread").reply == "bread?")
        #expect(talk.session.memory.captures == ["what": "bread"])
    }
}

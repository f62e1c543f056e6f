import Dialogue
import Testing
import Text

@Suite("Redirect limits (G-5) and unmatched messages (G-13)")
struct RedirectLimitTests {
    static func machine(
        _ limit: Int?, state: Int? = nil, on becomes: Decision = .reject, mode: Machine.ScoringMode = .scoring,
        _ transitions: Transition...
    ) -> Machine {
        let start = State(key: key("start"), isInitial: true, redirectLimit: state)
        return DialogueTests.machine(
            mode: mode, bound: -99, redirectLimit: limit, onRedirectLimit: becomes,
            states: [start] + places.dropFirst(),
            transitions)
    }

    static func decisions(_ machine: Machine, _ lines: String...) throws -> [Decision?] {
        var talk = Talk(machine)
        return try lines.map { try talk.hear($0).decision }
    }

    /// Of the machine, of the state, and what then is allowed.
    static let limits: [(Int?, Int?, Int)] = [
        (nil, nil, 99), (2, nil, 2), (nil, 3, 3), (2, 3, 3), (3, 1, 1), (0, nil, 0), (5, 0, 0),
    ]

    @Test(
        "redirects are allowed up to the limit in one visit; a state's limit goes before the machine's",
        arguments: limits)
    func allowed(_ machineLimit: Int?, _ stateLimit: Int?, _ allowed: Int) throws {
        var talk = Talk(Self.machine(machineLimit, state: stateLimit))
        for count in 0..<min(allowed, 9) {
            #expect(try talk.hear("hm").decision == .redirect)
            #expect(talk.session.redirectCount == count + 1)
        }
        if allowed < 9 { #expect(try talk.hear("hm").decision == .reject) }
    }

    static let becomes: [(Decision, Machine.ScoringMode, Standing)] = [
        (.reject, .scoring, Standing("middle", -1, .reject)),
        (.reject, .passFail, Standing("start", 0, .reject, redirects: 1, .reject)),
        (.kickOut, .scoring, Standing("start", -2, .kickOut, redirects: 1, .kickOut)),
        (.pass, .scoring, Standing("middle", 4, .pass)), (.pass, .passFail, Standing("middle", 0, .pass)),
    ]

    @Test(
        "a redirect beyond the limit becomes the decision of on_redirect_limit, by its transition", arguments: becomes)
    func beyond(_ decision: Decision, _ mode: Machine.ScoringMode, _ expected: Standing) throws {
        var talk = Talk(
            Self.machine(
                1, on: decision, mode: mode, .pass(to: "middle", 4, when: nil), .on(.reject, -1, when: nil),
                .on(.kickOut, -2, when: nil)))
        try talk.hear("hm")
        let turn = try talk.hear("hm")
        #expect(Standing(talk.session, turn) == expected)
    }

    @Test("without a transition of that decision the delta is 0, and a pass keeps the state")
    func withoutTransition() throws {
        var talk = Talk(Self.machine(0, on: .pass))
        let turn = try talk.hear("hm")
        #expect(Standing(talk.session, turn) == Standing("start", 0, .pass))
    }

    @Test(
        "redirects of transitions and directives count too, and add no delta beyond the limit")
    func everyRedirect() throws {
        var talk = Talk(Self.machine(1, .on(.redirect, 7)))
        #expect(try talk.hear("go").score == 7)
        #expect(try talk.hear("go").decision == .reject)
        #expect(talk.session.score == 7)
        #expect(try Self.decisions(Self.machine(1), "[[redirect]]", "[[redirect]]") == [.redirect, .reject])
    }

    @Test("a move begins a new visit with no redirects used")
    func newVisit() throws {
        #expect(
            try Self.decisions(Self.machine(1, .pass(to: "start")), "hm", "go", "hm", "hm")
                == [.redirect, .pass, .redirect, .reject])
    }

    @Test("unmatched: pass fires the first pass and adds its delta")
    func unmatchedPass() throws {
        var talk = Talk(
            DialogueTests.machine(
                unmatched: .pass, [.pass(to: "end", priority: 2), .pass(to: "middle", 4, priority: 1, when: nil)]))
        let turn = try talk.hear("hm")
        #expect(Standing(talk.session, turn) == Standing("middle", 4, .pass))
    }

    @Test("unmatched: pass without a pass keeps the state")
    func unmatchedNowhere() throws {
        var talk = Talk(DialogueTests.machine(unmatched: .pass))
        let turn = try talk.hear("hm")
        #expect(Standing(talk.session, turn) == Standing("start", 0, .pass))
    }

    @Test("unmatched: pass leaves alone what a condition fits")
    func matched() throws {
        var talk = Talk(
            DialogueTests.machine(unmatched: .pass, [.pass(to: "middle"), .on(.redirect, when: .otherwise)]))
        #expect(try talk.hear("hm").decision == .redirect)
    }
}

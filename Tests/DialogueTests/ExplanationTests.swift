import FuzzChecks
import Support
import Testing
import Text

@testable import Dialogue

/// What the session of a talk makes of a line, without hearing it.
extension Talk {
    func explain(
        _ line: String, event: MatchContext.Event? = nil, reply: String? = nil, earlier: [String] = []
    ) throws -> Explanation {
        let input = Session.Input(
            message: line, instruction: try Instruction(line), earlier: earlier, event: event, reply: reply)
        return session.explain(input, on: machine, of: persona, at: Timestamp(seconds: 200))
    }
}

@Suite("An explanation and its turn")
struct ExplanationTests {
    @Test("an explanation has the session, decision, reply and transition of the turn", arguments: 0..<8)
    func agrees(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var causes: Set<Explanation.Cause> = []
        var limits = 0
        for number in 0..<200 {
            var talk = Talk(RandomMachine.machine(&random), id: UInt64(number))
            for _ in 0..<8 where talk.session.outcome == nil {
                let input = RandomMachine.input(&random)
                let now = Timestamp(seconds: 1)
                let explanation = talk.session.explain(input, on: talk.machine, of: talk.persona, at: now)
                var other = talk.session
                let course = other.take(input, on: talk.machine, of: talk.persona, at: now, trace: nil)
                let (turn, said, _) = talk.session.answer(input, on: talk.machine, of: talk.persona, at: now)
                #expect(explanation.complaint(about: turn, said, talk.session) == nil)
                let fired = zip(Candidates(in: course.state, of: talk.machine), explanation.candidates).filter {
                    if case .fires = $0.1.result { true } else { false }
                }
                #expect(fired.map(\.0) == [course.verdict.trial].compactMap(\.self))
                causes.insert(explanation.cause)
                limits += explanation.redirectLimit == nil ? 0 : 1
            }
        }
        // All of it happens, so all of it was tried.
        #expect(causes == Set(Explanation.Cause.allCases))
        #expect(limits > 0)
    }

    @Test("an explanation has the session's position before and after, and leaves the session as it is")
    func positions() throws {
        var talk = Talk(machine([.pass(to: "middle", 4)]))
        talk.session.redirectCount = 2
        let before = talk.session
        let explanation = try talk.explain("go")
        #expect(talk.session == before)
        #expect(explanation.before == Explanation.SessionPosition(before))
        try talk.hear("go")
        #expect(explanation.after == Explanation.SessionPosition(talk.session))
        #expect(
            (
                explanation.before.turnNumber, explanation.after.turnNumber, explanation.after.stateKey,
                explanation.machine
            )
                == (0, 1, key("middle"), "m"))
    }

    @Test("an explanation has the text without directives, the directives and the event")
    func heard() throws {
        let talk = Talk(machine())
        let line = try talk.explain("well [[pass]][[delay 2s]]")
        #expect((line.text, line.directives, line.event) == ("well ", [.decide(.pass), .delay(.seconds(2))], nil))
        #expect(try talk.explain("", event: .init(id: "x")).event == MatchContext.Event(id: "x"))
    }

    @Test("an explanation has what the patterns caught")
    func captures() throws {
        let talk = Talk(machine([.on(.redirect, when: MatcherTests.pattern("i am (?<name>\\w+)"))]))
        #expect(try talk.explain("I am Tom").captures == ["name": "Tom"])
    }
}

@Suite("An explanation's candidates")
struct CandidateTests {
    /// What became of each, in a word.
    static func results(_ explanation: Explanation) -> [String] {
        explanation.candidates.map { candidate in
            switch candidate.result {
            case .fires(let reasons): "fires \(reasons.count)"
            case .overLimit(let reasons): "over limit \(reasons.count)"
            case .failed(let reasons): "failed \(reasons.count)"
            case .notTried: "not tried"
            case .exhausted(let asked, let limit): "asked \(asked) of \(limit)"
            case .onlyByDirective: "directive"
            case .notForEvents: "event"
            }
        }
    }

    @Test("candidates are listed in the order in which they are tried, follow-ups among transitions")
    func order() throws {
        let talk = Talk(
            FollowUpTests.machine(
                FollowUpTests.asks(), FollowUpTests.asks(priority: 10),
                also: .on(.redirect, from: nil, to: "end", -2, priority: -5, when: .otherwise)))
        let candidates = try talk.explain("hm").candidates
        #expect(candidates.map(\.kind) == [.followUp, .transition, .followUp, .transition, .transition])
        #expect(candidates.map(\.priority) == [nil, 0, 10, 10, -5])
        #expect(candidates.map(\.from) == [key("start"), nil, key("start"), key("start"), nil])
        #expect(candidates.map(\.to) == [nil, nil, nil, key("middle"), key("end")])
        #expect(candidates.map(\.decision) == [nil, .kickOut, nil, .pass, .redirect])
        #expect(candidates.map(\.scoreDelta) == [0, 0, 0, 5, -2])
    }

    @Test("candidates before the one that fires failed, and those behind it were not tried")
    func tried() throws {
        let talk = Talk(
            machine([
                .on(.kickOut, priority: 1, when: .every([go, .score(NumberMatcher(atLeast: 1)), .image(true)])),
                .pass(to: "end", priority: 2, when: nil), .pass(to: "middle", priority: 3), .on(.reject, priority: 4),
                .on(.reject, priority: 5, when: nil),
            ]))
        let explanation = try talk.explain("go")
        #expect(Self.results(explanation) == ["failed 2", "directive", "fires 1", "not tried", "not tried"])
        #expect(explanation.fired?.to == key("middle"))
        #expect((explanation.cause, explanation.decision) == (.matched, .pass))
    }

    @Test("a follow-up at its limit shows how often it was asked")
    func exhausted() throws {
        var talk = Talk(FollowUpTests.machine(FollowUpTests.asks(limit: 2)))
        #expect(Self.results(try talk.explain("maybe")) == ["fires 1", "not tried", "not tried"])
        try talk.hear("maybe")
        try talk.hear("maybe")
        #expect(Self.results(try talk.explain("maybe")) == ["asked 2 of 2", "failed 1", "failed 1"])
    }

    @Test("with a directive nothing is tried, and its transition fires without a reason")
    func directive() throws {
        let talk = Talk(machine([.pass(to: "middle", priority: 1), .on(.kickOut, priority: 2, when: nil)]))
        let explanation = try talk.explain("go [[kick_out]]")
        #expect(Self.results(explanation) == ["not tried", "fires 0"])
        #expect((explanation.cause, explanation.decision) == (.directive, .kickOut))
        #expect(Self.results(try talk.explain("go [[reject]]")) == ["not tried", "not tried"])
        let asking = Talk(FollowUpTests.machine(FollowUpTests.asks()))
        #expect(Self.results(try asking.explain("[[follow_up]]")) == ["fires 0", "not tried", "not tried"])
    }

    @Test("without a condition that holds, the rule for unmatched messages decides")
    func unmatched() throws {
        let redirect = try Talk(machine([.pass(to: "middle")])).explain("hm")
        #expect((redirect.cause, redirect.decision, redirect.fired == nil) == (.unmatched, .redirect, true))
        #expect(Self.results(redirect) == ["failed 1"])
        let pass = try Talk(machine(unmatched: .pass, [.pass(to: "middle")])).explain("hm")
        #expect((pass.cause, pass.decision) == (.unmatched, .pass))
        #expect(Self.results(pass) == ["fires 0"])
    }

    @Test("a redirect over the limit shows the limit, and the transition that fires instead")
    func limit() throws {
        var talk = Talk(RedirectLimitTests.machine(1, .on(.redirect, priority: 1), .on(.reject, priority: 2)))
        let first = try talk.explain("go")
        #expect(first.redirectLimit == nil)
        #expect(Self.results(first) == ["fires 1", "not tried"])
        try talk.hear("go")
        let second = try talk.explain("go")
        #expect((second.redirectLimit, second.cause, second.decision) == (1, .matched, .reject))
        #expect(Self.results(second) == ["over limit 1", "fires 0"])
        #expect(try talk.explain("[[redirect]]").redirectLimit == 1)
        #expect(try talk.explain("hm").redirectLimit == 1)
    }

    @Test("an event is tried on the transitions that ask for one, else it speaks its own line")
    func event() throws {
        let gift = Matcher.every([.event("gift"), .image(true)])
        let state = State(key: key("start"), isInitial: true, followUps: [FollowUp(when: go, says: says("?"))])
        let talk = Talk(
            machine(
                states: [state] + places.dropFirst(),
                [
                    .on(.redirect, priority: 1, when: gift), .on(.redirect, priority: 2, when: .event("loss")),
                    .on(.redirect, priority: 3, when: .otherwise), .on(.redirect, priority: 4, when: nil),
                ]))
        let gone = try talk.explain("", event: .init(id: "gift"))
        #expect(Self.results(gone) == ["event", "failed 1", "failed 1", "directive", "event"])
        #expect((gone.cause, gone.decision, gone.before.redirectCount) == (.event, nil, gone.after.redirectCount))
        let taken = try talk.explain("", event: .init(id: "loss"))
        #expect(Self.results(taken) == ["event", "failed 2", "fires 1", "not tried", "not tried"])
        #expect((taken.cause, taken.decision) == (.matched, .redirect))
    }
}

@Suite("An explanation's score and ending")
struct ExplainedEndingTests {
    static func explain(
        mode: Machine.ScoringMode = .scoring, score: Int = 0, _ transition: Transition
    ) throws -> Explanation {
        var talk = Talk(machine(mode: mode, threshold: 7, bound: -4, [transition]))
        talk.session.score = score
        return try talk.explain("go")
    }

    @Test("an explanation has the score before and after, the delta, the bound and the threshold")
    func sum() throws {
        let score = try Self.explain(score: 2, .pass(to: "middle", 4)).score
        #expect((score.mode, score.before, score.delta, score.after) == (.scoring, 2, 4, 6))
        #expect((score.earlyFailBound, score.failsEarly, score.passThreshold) == (-4, false, 7))
        #expect(!score.isClamped)
    }

    @Test("an explanation says when a sum beyond 32 bits was clamped", arguments: [1, -1])
    func clamped(_ sign: Int) throws {
        let top = Int(sign > 0 ? Int32.max : Int32.min)
        for delta in [1 * sign, sign > 0 ? .max : .min] {
            let score = try Self.explain(score: top, .pass(to: "middle", delta)).score
            #expect((score.before, score.delta, score.after, score.isClamped) == (top, delta, top, true))
        }
    }

    @Test("a pass_fail machine adds no points")
    func passFail() throws {
        let score = try Self.explain(mode: .passFail, .pass(to: "middle", -9)).score
        #expect((score.mode, score.delta, score.after, score.failsEarly) == (.passFail, 0, 0, false))
    }

    static let endings: [(Machine.ScoringMode, Transition, Ending?)] = [
        (.scoring, .pass(to: "middle", 9), nil), (.scoring, .pass(to: "end", 7), .ruled(.accept)),
        (.scoring, .pass(to: "end", 6), .ruled(.reject)), (.scoring, .pass(to: "won"), .stated(.accept)),
        (.scoring, .pass(to: "won", -4), .earlyFail), (.scoring, .on(.kickOut, -4), .kickOut),
        (.scoring, .on(.reject), nil), (.passFail, .on(.reject), .reject),
        (.passFail, .on(.reject, to: "end"), .ruled(.reject)), (.passFail, .pass(to: "end"), .ruled(.accept)),
        (.passFail, .on(.reject, to: "won"), .stated(.accept)),
    ]

    @Test("an explanation names the rule that ended the conversation", arguments: endings)
    func ending(_ mode: Machine.ScoringMode, _ transition: Transition, _ ending: Ending?) throws {
        let explanation = try Self.explain(mode: mode, transition)
        #expect(explanation.ending == ending)
        #expect(explanation.after.outcome == ending?.outcome)
        #expect(explanation.score.failsEarly == (transition.scoreDelta == -4))
    }
}

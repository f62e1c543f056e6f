import Dialogue
import Fixtures
import FuzzChecks
import Testing

@Suite("Explanations of turns on machines from fixtures")
struct FixtureExplanationTests {
    static func personas() throws -> [Persona] { try Folder.load(try CatalogTests.shipped()).personas }

    static func begin(_ machine: Machine, of persona: Persona) -> Session {
        Session.begin(
            id: SessionID(high: 0, low: 1), machine: machine, of: persona, player: Player(name: "Alex", gender: .male),
            variables: [:], at: Timestamp(seconds: 0)
        ).session
    }

    static let lines = [
        "hello there", "I am Tom, call me Tom", "I heard you have something rare for sale", "idiot",
        "please help, mercy",
        "maybe", "ok deal", "nice weather today", "[[redirect]]", "[[pass]]", "what do you recommend?", "[[follow_up]]",
    ]

    @Test("each line, in every state of every machine, is explained as it is answered")
    func all() throws {
        var fired = 0
        for persona in try Self.personas() {
            for machine in persona.machines {
                var session = Self.begin(machine, of: persona)
                for _ in 0..<4 {
                    for line in Self.lines {
                        if session.outcome != nil { session = Self.begin(machine, of: persona) }
                        let input = Session.Input(message: line, instruction: try Instruction(line))
                        let now = Timestamp(seconds: 1)
                        let explanation = session.explain(input, on: machine, of: persona, at: now)
                        let (turn, said, _) = session.answer(input, on: machine, of: persona, at: now)
                        #expect(explanation.complaint(about: turn, said, session) == nil)
                        let path = "personas/\(persona.slug)/machines/\(machine.key).json:"
                        #expect(explanation.candidates.allSatisfy { $0.origin?.hasPrefix(path) ?? false })
                        fired += explanation.cause == .matched ? 1 : 0
                    }
                }
            }
        }
        #expect(fired > 50)
    }

    static let speakers: [(Explanation.Speech.Speaker, line: String, event: String?, at: Int?)] = [
        (.followUp, "[[follow_up]]", nil, 4), (.transition, "[[reject]]", nil, 8), (.state, "[[redirect]]", nil, 3),
        (.enteredState, "[[pass]]", nil, 5), (.event, "", "gift", 10), (.machine, "[[kick_out]]", nil, nil),
    ]

    @Test("an explanation has the line of the file where the speaker's text begins", arguments: speakers)
    func speaker(_ speaker: Explanation.Speech.Speaker, _ line: String, _ event: String?, _ at: Int?) throws {
        let files = Folder.renamed(
            "mira",
            gate: """
                {
                  "states": [
                    {"state_key": "s", "is_initial_state": true, "says_on": {"redirect": "Hm."},
                      "follow_up": {"says": "Why?"}},
                    {
                      "state_key": "t", "says": "In."}],
                  "transitions": [{"from_state_key": "s", "to_state_key": "t", "decision_type": "pass"},
                    {"from_state_key": "s", "decision_type": "reject", "says": "No."}],
                  "says_on": {"kick_out": "Out."}, "entries": {"events": {
                    "gift": {"to_state_key": "t", "says": "Oh."}}}
                }
                """)
        let persona = try #require(try Folder.load(files).personas.first)
        let input = Session.Input(
            message: line, instruction: try Instruction(line), event: event.map { MatchContext.Event(id: $0) })
        let speech = Self.begin(persona.machines[0], of: persona)
            .explain(input, on: persona.machines[0], of: persona, at: Timestamp(seconds: 1)).speech
        #expect(speech.speaker == speaker)
        #expect(speech.origin == at.map { "\(Folder.gate):\($0)" })
    }

    @Test("an explanation is written to the log as these lines")
    func lines() throws {
        let warden = try #require(try Self.personas().first { $0.slug == "warden" })
        let gate = try #require(warden.machines.first { $0.key == "gate" })
        var session = Self.begin(gate, of: warden)
        let place = "personas/warden/machines/gate.json"
        let pattern = #""(?:call me|name is|i am)\\s+(?<alias>\\p{L}+)""#
        let told = [
            [
                #"turn 1 of gate in s0, score 0, redirects 0: "hello\nthere""#,
                #"  \#(place):20: s0 → s1 pass +3, priority 1: fails, "pattern": "hello\nthere" does not match \#(pattern)"#,
                "redirect: no condition held; score 0 + 0 = 0; in s0",
                #"says "That is not what we were talking about." by built_in"#,
            ],
            [
                #"turn 2 of gate in s0, score 0, redirects 1: "Call me Tom " [[delay 1s]]"#,
                #"  \#(place):20: s0 → s1 pass +3, priority 1: fires, "pattern": "Call me Tom " matches \#(pattern)"#,
                "pass: a condition held; score 0 + 3 = 3; s0 → s1",
                #"says "And why should Tom pass?" by entered_state (\#(place):16), line 1 of 1, in_order"#,
            ],
            [
                #"turn 3 of gate in s1, score 3, redirects 0: "" [[pass]]"#,
                "  \(place):28: s1 → open pass +4, priority 1: fires",
                "  \(place):36: s1 → open pass, priority 9: not tried",
                "pass: a directive said so; score 3 + 4 = 7; s1 → open; ACCEPT: the score is at least pass_threshold 3",
                #"says "Go." by entered_state (\#(place):17), line 1 of 1, in_order"#,
            ],
        ]
        for (line, lines) in zip(["hello\nthere", "Call me Tom [[delay 1s]]", "[[pass]]"], told) {
            let input = Session.Input(message: line, instruction: try Instruction(line))
            #expect(session.explain(input, on: gate, of: warden, at: Timestamp(seconds: 1)).lines == lines)
            _ = session.answer(input, on: gate, of: warden, at: Timestamp(seconds: 1))
        }
    }
}

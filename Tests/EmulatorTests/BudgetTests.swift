import Journal
import Dialogue
import HTTP
import JSON
import Testing
import Text

@testable import Emulator
@testable import Fixtures

/// The largest of each kind that one request can bring. What is counted is work, not time.
@Suite("The most that one request may cost")
struct BudgetTests {
    static let line = String(repeating: "a", count: 10_000)

    // MARK: Suggestions

    @Test("a suggestion compares names of up to 64 bytes, and only near the diagonal")
    func suggestions() {
        let names = (0..<1_000).map { "\($0 + 1_000)" + String(repeating: "s", count: 60) }
        var steps = 0
        let wrong = "1500" + String(repeating: "z", count: 60)
        #expect(Suggestion.text(for: wrong, among: names, steps: &steps) == "")
        #expect((1...64 * 17 * 1_000).contains(steps))

        steps = 0
        #expect(Suggestion.text(for: wrong + "z", among: names.map { $0 + "s" }, steps: &steps) == "")
        #expect(Suggestion.text(for: wrong, among: names + ["one more"], steps: &steps) == "")
        #expect(steps == 0)
        #expect(Suggestion.text(for: names[7] + "x", among: names, steps: &steps) == "")
        let near = String(names[7].dropLast()) + "x"
        #expect(Suggestion.text(for: near, among: names) == "; did you mean \"\(names[7])\"?")
    }

    @Test("a document's first mistake makes a message, and the others are only counted")
    func mistakes() throws {
        let machines = (0..<50).map {
            """
            {"machine_key": "m\($0)", "states": [{"state_key": "s", "is_initial_state": true}], "transitions": [
              {"from_state_key": "t", "decision_type": "reject"}, {"from_state_key": "u", "decision_type": "reject"}]}
            """
        }
        let text = "{\"persona\": {\"name\": \"Mira\"}, \"machines\": [\(machines.joined(separator: ","))]}"
        let body = try JSONReader.read(Array(text.utf8))
        let first = Findings(document: body)
        let second = Findings(following: first)
        var made = 0
        for findings in [first, second, first, second] {
            func message() -> String {
                made += 1
                return "no \(made)"
            }
            findings.report(message(), at: 0)
        }
        #expect((made, first.count, second.count) == (1, 2, 2))
        #expect((first.diagnostics.count, second.diagnostics.count) == (1, 0))
        let refusal = #expect(throws: PersonaDocument.Refusal.self) {
            try PersonaDocument.decode(
                text: text, slug: "mira", owner: .everyone, dialects: [], identify: Identifiers.fixture)
        }
        #expect(refusal?.message.contains("machines[0].transitions[0].from_state_key") == true, "\(refusal as Any)")
        #expect(refusal?.message.hasSuffix("(and 99 more mistakes)") == true)
    }

    // MARK: Turns

    private static func persona(_ when: Matcher, says: ReplyList? = nil, entered: ReplyList? = nil) throws -> Persona {
        let states = [
            State(key: try #require(StateKey("hall")), isInitial: true),
            State(key: try #require(StateKey("room")), says: entered),
        ]
        let go = Transition(from: states[0].key, to: states[1].key, decision: .pass, when: when, says: says)
        let talk = Machine(
            id: gateID, key: "gate", name: "Gate", isEntry: true, states: states, transitions: [go])
        return Persona(
            id: PersonaID(high: 0, low: 1), slug: "p1", name: "Mira", owner: .everyone, machines: [talk], links: [])
    }

    private static func hear(_ line: String, _ persona: Persona, earlier: [String] = []) -> (Turn, Explanation) {
        let machine = persona.machines[0]
        var session = Session.silent(
            id: SessionID(high: 0, low: 1), machine: machine, player: Player(name: "Sam", gender: .female),
            at: Timestamp(seconds: 0))
        let input = Session.Input(message: line, instruction: Instruction(plain: line), earlier: earlier)
        let explanation = session.explain(input, on: machine, of: persona, at: Timestamp(seconds: 1))
        let answered = session.answer(input, on: machine, of: persona, at: Timestamp(seconds: 1))
        #expect(explanation.overruns == answered.overruns)
        #expect(explanation.speech.said == answered.said)
        return (answered.turn, explanation)
    }

    @Test("all patterns of a turn share one effort, and an explanation says when it ran out")
    func patterns() throws {
        let patterns = try (0..<20_000).map { Matcher.text(.pattern(try Pattern("a[xy](?#\($0))"))) }
        let (turn, explanation) = Self.hear(Self.line, try Self.persona(.some(patterns)))
        #expect(turn.decision == .redirect)
        #expect(explanation.overruns == [.matching])
        let told = "limit: the conditions took more than a turn may: 300000 items"
        #expect(explanation.lines.last?.hasPrefix(told) == true)

        var effort = Effort()
        let tried = patterns.prefix { matcher in
            guard case .text(.pattern(let pattern)) = matcher else { return false }
            _ = pattern.captures(in: Self.line, &effort)
            return !effort.hasGivenUp
        }
        #expect((1...20).contains(tried.count))
        #expect(effort.items == 0)
        // Words cost nothing of what patterns have.
        #expect(effort.bytes == Effort.byteLimit)
    }

    @Test("all words of a turn share one effort")
    func words() throws {
        let line = String(repeating: "wo ", count: 3_333)
        let phrases = try (0..<60_000).map { try #require(Phrase("w\($0)")) }
        let (turn, explanation) = Self.hear(line, try Self.persona(.text(.any(phrases))))
        #expect((turn.decision, explanation.overruns) == (.redirect, [.matching]))
        let few = Self.hear(line, try Self.persona(.text(.any(Array(phrases.prefix(700))))))
        #expect(few.1.overruns.isEmpty)

        // One that nearly occurs at each word is not compared to its end at each.
        let long = try #require(Phrase(String(repeating: "a ", count: 4_900) + "b"))
        var effort = Effort()
        #expect(!long.occurs(in: Line(String(repeating: "a ", count: 4_999)), &effort))
        #expect(effort.bytes < Effort.byteLimit - 900_000)
    }

    @Test("said searches only the latest lines")
    func said() throws {
        func input(_ lines: [String]) -> Session.Input {
            Session.Input(message: "hm", instruction: Instruction(plain: "hm"), earlier: lines)
        }
        #expect(input((0..<5_000).map { "\($0)" }).earlier == (4_000..<5_000).map { "\($0)" })
        #expect(input([String](repeating: Self.line, count: 1_000)).earlier.count == 262_144 / 10_000)
        #expect(input(["a", "b"]).earlier == ["a", "b"])
        let said = try Self.persona(.said([try #require(Phrase("gold"))]))
        #expect(Self.hear("hm", said, earlier: ["Gold!"] + (1..<1_000).map { "\($0)" }).0.decision == .pass)
        #expect(Self.hear("hm", said, earlier: ["Gold!"] + (0..<1_000).map { "\($0)" }).0.decision == .redirect)
    }

    @Test("a reply is cut at 262144 bytes, behind a whole scalar")
    func reply() throws {
        let entered = ReplyList(id: "room", [Reply([try Template(String(repeating: "€", count: 66_666))])])
        let bubbles = [try Template(String(repeating: "{entering}", count: 16)), try Template("end")]
        let go = Matcher.text(.any([try #require(Phrase("go"))]))
        let persona = try Self.persona(go, says: ReplyList(id: "go", [Reply(bubbles)]), entered: entered)
        let (turn, explanation) = Self.hear("go", persona)
        #expect(turn.reply.utf8.count == 262_143)
        #expect(!turn.reply.unicodeScalars.contains("\u{FFFD}"))
        #expect(turn.reply.hasSuffix("€"))
        #expect(explanation.overruns == [.reply])
        #expect(explanation.speech.entering.count == 2)
        #expect(explanation.lines.last == "limit: the reply was longer than 262144 bytes and was cut there")
    }

    @Test("a session remembers 4096 bytes of each capture, and 65536 of all")
    func captures() throws {
        let all = try (0..<100).map { Matcher.text(.pattern(try Pattern("(?<g\($0 + 100)>.*)"))) }
        let persona = try Self.persona(.every(all))
        let machine = persona.machines[0]
        var session = Session.silent(
            id: SessionID(high: 0, low: 1), machine: machine, player: Player(name: "Sam", gender: .female),
            at: Timestamp(seconds: 0))
        let line = "x" + String(repeating: "é", count: 4_999)
        let input = Session.Input(message: line, instruction: Instruction(plain: line))
        let answered = session.answer(input, on: machine, of: persona, at: Timestamp(seconds: 1))
        #expect(answered.overruns == [.captures])
        #expect(session.memory.captures.values.allSatisfy { $0.utf8.count == 4_095 })
        // Each with a name of four bytes.
        #expect(session.memory.captures.keys.sorted() == (100..<115).map { "g\($0)" })
    }

    @Test("a machine that reaches a limit is warned of once")
    func warned() throws {
        let patterns = try (0..<2_000).map { Matcher.text(.pattern(try Pattern("a[xy](?#\($0))"))) }
        let world = try World(personas: [try Self.persona(.some(patterns))])
        let play = try world.play()
        try play.begin()
        for _ in 0..<3 { try play.say(Self.line) }
        #expect(world.warnings.count == 1)
        let told = "the machine \"gate\" of \"p1\" reached a limit in a turn: the conditions took"
        #expect(world.warnings.first?.hasPrefix(told) == true)
    }

    // MARK: Documents

    static func decode(_ transitions: String) -> String? {
        let text = """
            {"persona": {"name": "Mira"}, "machines": [{"machine_key": "gate", "transitions": [\(transitions)],
              "states": [{"state_key": "s", "is_initial_state": true, "says": "Hi."}]}]}
            """
        do {
            _ = try PersonaDocument.decode(
                text: text, slug: "mira", owner: .everyone, dialects: [], identify: Identifiers.fixture)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("a document has at most 1000 different patterns, which compile to at most 2 MiB")
    func compiled() {
        func redirect(_ patterns: [String]) -> String {
            let list = patterns.map { "{\"pattern\": \"\($0)\"}" }.joined(separator: ",")
            return #"{"from_state_key": "s", "decision_type": "redirect", "when": {"any_of": [\#(list)]}}"#
        }
        #expect(Self.decode(redirect((0..<1_000).map { "a\($0)" })) == nil)
        #expect(Self.decode(redirect([String](repeating: "a", count: 3_000))) == nil)
        let told = Self.decode(redirect((0..<1_003).map { "a\($0)" }))
        #expect(told?.hasPrefix("machines[0].transitions[0].when.any_of[1000].pattern: a persona that is sent") == true)
        #expect(told?.hasSuffix("(and 2 more mistakes)") == true)
        // Each is compiled to more than 10 KB.
        #expect(Self.decode(redirect((0..<400).map { "(?:(?:ab){40}c\($0)){15}" }))?.contains("2097152 bytes") == true)
    }

    @Test("a line has {entering} at most 16 times")
    func entering() {
        func pass(_ says: String) -> String {
            #"{"from_state_key": "s", "to_state_key": "s", "decision_type": "pass", "says": \#(says)}"#
        }
        let many = String(repeating: "{entering}", count: 8)
        #expect(Self.decode(pass("\"\(many)\(many)\"")) == nil)
        #expect(
            Self.decode(pass(#"["x", {"bubbles": ["\#(many)", "\#(many){entering}"]}]"#))
                == "machines[0].transitions[0].says[1]: {entering} may stand in one line 16 times, not 17")
    }

    // MARK: Sandboxes

    @Test("a sandbox's scripts have at most 10000 steps and 1 MiB of text; used-up scripts make room")
    func scripts() throws {
        let world = try World(personas: [samplePersona(states: ["begin", "middle", "late", "end"])])
        let steps = "[\([String](repeating: "{}", count: 1_000).joined(separator: ","))]"
        for _ in 0..<9 { try world.script("{\"steps\": \(steps)}") }
        try world.script(#"{"player": "sam", "steps": [{"reply": "Yes."}]}"#)
        let first = try #require(throws: Failure.self) { try world.script("{\"steps\": \(steps)}") }
        #expect(
            first.message
                == "The sandbox \"pk_test_a\" has scripts of 9001 steps and may have 10000; this one has 1000; delete some first"
        )
        let sandbox = try world.account().sandbox
        world.emulator.removeScripts(of: sandbox)
        let half = String(repeating: "é", count: 300_000)
        try world.script("{\"player\": \"sam\", \"steps\": [{\"reply\": \"\(half)\"}]}")
        let second = try #require(throws: Failure.self) {
            try world.script("{\"steps\": [{\"error\": 500, \"message\": \"\(half)\"}]}")
        }
        #expect(second.message.contains("scripts that say 600000 bytes and may say 1048576; this one says 600000"))
        let play = try world.play()
        try play.begin()
        try play.say("hm")
        #expect(try world.script("{\"steps\": [{\"reply\": \"\(half)\"}]}").id == "s12")
        #expect(world.emulator.scripts(in: sandbox).count == 1)
    }

    @Test("a sandbox's faults have at most 4 MiB")
    func faultBytes() throws {
        let world = try World()
        let sandbox = try world.account().sandbox
        let text = String(repeating: "x", count: 1_000_000)
        let fault = try Fault("{\"kind\": \"status\", \"status\": 503, \"text\": \"\(text)\"}")
        for _ in 0..<4 { _ = try world.emulator.add(fault, in: sandbox) }
        let refused = try #require(throws: Failure.self) { try world.emulator.add(fault, in: sandbox) }
        #expect(refused.message.contains("and may have 4194304; this one has \(fault.size)"))
        try world.emulator.removeFault("f2", in: sandbox)
        #expect(try world.emulator.add(fault, in: sandbox)["id"]?.string == "f5")
        #expect(world.emulator.removeFaults(in: sandbox) == 4)
        #expect(sandbox.state.faults.bytes == 0)
    }

    @Test("all faults share the effort of a request; the others do not strike, with one warning")
    func faultPatterns() throws {
        let world = try World()
        let account = try world.account()
        let sandbox = account.sandbox
        func hear(_ line: String) throws {
            let call = Call(request: World.request)
            let admitted = try world.emulator.admit(call, as: account, caller: "pk_test_a", .other)
            let play = Playthrough(
                world.emulator, account: admitted, channel: "sdk", persona: world.emulator.catalog.personas[0],
                player: "sam")
            let player = try world.emulator.playerCall(call, of: play)
            _ = try player.begin(play.persona.defaultMachine, as: Player(name: "Sam", gender: .female))
            try player.say(line)
        }
        let costly = try Fault(#"{"kind": "status", "status": 503, "match": {"message": {"pattern": "(a+)+[xy]"}}}"#)
        for _ in 0..<999 { _ = try world.emulator.add(costly, in: sandbox) }
        let last = try Fault(#"{"kind": "status", "status": 500, "match": {"message": {"pattern": "^a"}}}"#)
        _ = try world.emulator.add(last, in: sandbox)
        for _ in 0..<2 { try hear(Self.line) }
        #expect(world.warnings.count == 1)
        #expect(world.warnings.first?.hasPrefix("the faults of \"pk_test_a\" take too much") == true)
        #expect(throws: Failure.self) { try hear("a short one") }
    }

    @Test("each fault is tried at one stage only")
    func places() throws {
        let texts = [
            #"{"kind": "reset"}"#, #"{"kind": "reset", "match": {"player": "sam"}}"#,
            #"{"kind": "reset", "match": {"message": "hm"}}"#, #"{"kind": "delay", "seconds": 1}"#,
        ]
        var ledger = FaultLedger(try texts.map { try Fault($0) } + (try texts.map { try Fault($0) }))
        let isRemoved = ledger.remove("f1")
        #expect(isRemoved)
        for (place, ids) in zip(FaultLedger.Stage.allCases, [["f5"], ["f2", "f6"], ["f3", "f7"], ["f4", "f8"]]) {
            var looked = 0
            _ = ledger.strikes(place, at: Timestamp(seconds: 0), seed: { _, _ in 1 }) { _ in
                looked += 1
                return true
            }
            #expect(looked == ids.count)
            #expect(ledger.entries.filter { $0.matched == 1 }.map(\.id).contains(ids[0]))
        }
        #expect(ledger.entries.allSatisfy { $0.matched == 1 })
    }

    @Test("at most 16 faults change one answer, the oldest ones")
    func changes() throws {
        let fault = try Fault(#"{"kind": "delay", "seconds": 1}"#)
        var ledger = FaultLedger([Fault](repeating: fault, count: 1_000))
        let strikes = ledger.strikes(.answer, at: Timestamp(seconds: 0), seed: { _, _ in 1 }) { _ in true }
        #expect(strikes.map(\.id) == (1...16).map { "f\($0)" })
    }

    // MARK: Answers

    @Test("drip cuts an answer into at most 5000 parts, and loses none of it")
    func drip() throws {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
        let fault = try Fault(#"{"kind": "drip", "bytes": 1, "every_seconds": 0.1}"#)
        let (response, passed) = fault.changing(.json(body), inRealTime: false)
        #expect((1_000...10_000).contains(response.delivery.steps.count))
        #expect(response.delivery.body == body)
        #expect(passed == 100_000_000 * Int64(response.delivery.steps.count / 2))
        let short = fault.changing(.json([UInt8](repeating: 0x78, count: 5_000))).response
        #expect(short.delivery.steps.count == 9_999)
    }

    @Test("split_utf8 cuts at most 5000 characters of an answer")
    func split() throws {
        let text = Array(String(repeating: "❤", count: 100_000).utf8)
        let fault = try Fault(#"{"kind": "split_utf8"}"#)
        let response = fault.changing(.json(text)).response
        #expect(response.delivery.steps.count == 10_001)
        #expect(response.delivery.body == text)
    }

    @Test("all matches of a request share one effort")
    func messages() throws {
        let match = try JSONReader.read(Array(#"{"message": {"pattern": "(a+)+[xy]"}}"#.utf8))
        let reader = try #require(ObjectReader(match, "a match", Findings(document: match)))
        let request = RequestMatch(reader, routes: [])
        var facts = Exchange(World.request.head).facts
        facts.message = Self.line
        var effort = RequestEffort()
        let held = (0..<250).map { _ in request.holds(for: facts, &effort) }
        #expect(!held.contains(true))
        #expect(effort.hasGivenUp)
    }
}

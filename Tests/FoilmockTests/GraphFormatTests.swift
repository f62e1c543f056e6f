import Dialogue
import Exact
import Fixtures
import Support
import Testing

@testable import Program

@Suite("Formats of diagrams, and what stories reach in them")
struct GraphFormatTests {
    let folder = TemporaryFolder()

    // MARK: Formats

    static let nasty = [
        #"""#, #"\"#, #"a"] --> b["x"#, "]", "-->", "---", #"%%{init: {"theme": "dark"}}%%"#, "%% comment", "; style a",
        "<b>x</b>", "<script>x</script>", "&lt; &amp; &#60;", "#quot; #60; #35;", "`**x**`", "1. list", "- item",
        "# head",
        "[x](javascript:y)", "www.example.com http://x.y", "end", "subgraph x", "style y:z#34;", "classDef a:x#f;",
        "{{x}} {y}",
        "(x) [[y]]", "|x|", "*x* _y_ __z__ ~~w~~", "$$x^2$$", #"\N \G \l"#, "@{ shape: circle }", "ﬂ°60¶ß", "日本語 さくら",
        "🦊",
        "Straße, 7 Äpfel! Ja? Nein. x_y a-b",
    ]

    /// What a reader of Mermaid makes of `#34;`.
    static func decoded(_ text: String) -> String {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part -> String in
            let halves = part.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
            guard index > 0, halves.count == 2, let value = UInt32(halves[0]), let scalar = Unicode.Scalar(value) else {
                return String(part)
            }
            return String(scalar) + halves[1]
        }.joined()
    }

    @Test("no text is markup of Mermaid, and its reader shows the text", arguments: nasty)
    func mermaid(_ text: String) {
        let escaped = Mermaid.escaped(text)
        #expect(Self.decoded(escaped) == text)
        let rest = escaped.replacing(#/#[0-9]+;/#, with: "").unicodeScalars
        #expect(
            rest.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil || $0.properties.isEmoji
                    || " _-,.!?".unicodeScalars.contains($0)
            }, "\(escaped)")
        #expect(!escaped.contains(#/--|__|^[-_.]|[0-9]\. |\.[a-z]/#), "\(escaped)")
    }

    @Test("no text is markup of Graphviz, and its reader shows the text", arguments: nasty)
    func dot(_ text: String) {
        let escaped = Dot.escaped(text)
        let shown = escaped.replacing(#"\\"#, with: "\u{1}").replacing(#"\""#, with: #"""#)
        #expect(!shown.contains(#"\"#) && shown.count { $0 == "\"" } == text.count { $0 == "\"" })
        #expect(shown.replacing("\u{1}", with: #"\"#).replacing("&amp;", with: "&") == text)
    }

    @Test("a text is one short line without control characters")
    func short() {
        #expect(ShortText.of("a\nb\r\u{1B}[0m\u{202E}x\u{FFFF}") == #"a\nb\u{d}\u{1b}[0m\u{202e}x�"#)
        #expect(ShortText.of(String(repeating: "é", count: 100)) == String(repeating: "é", count: 60) + "…")
    }

    @Test("a drawing grows with the states and transitions, however long their texts are")
    func bounded() throws {
        let long = String(repeating: "long ", count: 80)
        let states = (0..<200).map { #"{"state_key": "\#(long)\#($0)", "is_initial_state": \#($0 == 0)}"# }
        let moves = (0..<200).map {
            #"{"from_state_key": "\#(long)\#($0)", "to_state_key": "\#(long)0", "decision_type": "pass", "when": {"equals": "\#(long)"}}"#
        }
        let machine =
            #"{"states": [\#(states.joined(separator: ","))], "transitions": [\#(moves.joined(separator: ","))]}"#
        let graph = PersonaDrawing.graph(of: try GraphTests.persona(["m": machine]), nil)
        #expect(graph.edgeCount == 201)
        for text in [Mermaid.text(graph), Dot.text(graph)] { #expect(text.utf8.count < 80_000) }
    }

    // MARK: Coverage

    static func report(_ unreached: String, states: Int = 3, transitions: Int = 2) -> String {
        """
        {"coverage": {"files": [{"persona": "p", "machine": "m", "states": {"all": \(states)}, "transitions": {"all": \(transitions)},
          "follow_ups": {"all": 0}, "unreached": [\(unreached)]}]}}
        """
    }

    static let covered = GraphTests.machine(
        #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass"}, {"from_state_key": "*", "decision_type": "kick_out"}"#
    )

    func readParts(_ report: String) throws -> (Persona, ReachedParts) {
        let persona = try GraphTests.persona(["m": Self.covered])
        return (persona, try ReachedParts(folder.write(report, to: "c.json"), of: persona, persona.machines))
    }

    @Test("what stories never reach is marked, by the kind of line and by words")
    func unreached() throws {
        let items = [
            #"{"kind": "state", "line": 1, "label": "state b"}"#,
            #"{"kind": "transition", "line": 2, "label": "* kick_out"}"#, #"{"kind": "line", "line": 1, "label": "x"}"#,
        ]
        let (persona, parts) = try readParts(Self.report(items.joined(separator: ",")))
        let graph = PersonaDrawing.graph(of: persona, parts)
        let states = graph.groups[0].nodes.filter { $0.shape == .state }
        #expect(states.map(\.reach) == [.reached, .unreached])
        #expect(graph.groups[0].edges.map(\.reach) == [nil, .reached, .unreached])
        #expect(Mermaid.text(graph).contains(#"-.->|"kick_out#58; by directive<br/>not reached"|"#))
        #expect(Mermaid.text(graph).contains(#"("b<br/>not reached")"#))
        #expect(Dot.text(graph).contains(#"label="b\nnot reached" shape=box style="rounded,dashed""#))
    }

    static let others: [(String, String)] = [
        ("{", "is not JSON"), ("[]", "is no coverage"), (#"{"files": []}"#, "of other fixtures"),
        (report(#"{"kind": "state", "line": 9, "label": "state b"}"#), "of other fixtures"),
        (report("", states: 4), "of other fixtures"), (report("", transitions: 1), "of other fixtures"),
    ]

    @Test("a file that is no coverage, or that of other fixtures, is refused", arguments: others)
    func refused(_ report: String, _ words: String) throws {
        let error = try #require(throws: AppError.self) { try readParts(report) }
        #expect(error.message.contains(words) && !error.isUsage)
    }

    @Test("of two parts that a report cannot tell apart, one that was reached counts for both")
    func alike() throws {
        let twin = #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass"}"#
        let persona = try GraphTests.persona(["m": GraphTests.machine("\(twin), \(twin)")])
        let item = #"{"kind": "transition", "line": 2, "label": "a → b pass"}"#
        for (items, reach) in [(item, Graph.Reach.reached), ("\(item), \(item)", .unreached)] {
            let path = folder.write(Self.report(items), to: "c.json")
            let parts = try ReachedParts(path, of: persona, persona.machines)
            #expect(PersonaDrawing.graph(of: persona, parts).groups[0].edges.map(\.reach) == [nil, reach])
        }
    }

    // MARK: The command

    static let wrong: [([String], String)] = [
        ([], #"name one of the personas: "grumpy-barista", "#),
        (["wardn"], #"no persona "wardn"; did you mean "warden"?"#),
        (["x"], #"no persona "x"; there are "grumpy-barista", "#),
        (["warden", "--machine", "gat"], #"did you mean "gate"?"#),
        (["warden", "--machine", "x"], #"no machine "x"; there are "gate", "road" and "vault""#),
        (["warden", "--fixtures", "/nowhere"], "/nowhere"),
    ]

    @Test("a persona, machine or folder that there is not is named, with what was meant", arguments: wrong)
    func unknown(_ words: [String], _ message: String) throws {
        let error = try #require(throws: AppError.self) { try read(DrawGraph.self, words).graph() }
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test("docs/graph.md shows what the command writes")
    func page() throws {
        let text = Mermaid.text(try read(DrawGraph.self, ["warden", "--machine", "vault"]).graph())
        let parts = try Repository.text("docs/graph.md").split(separator: "```mermaid\n")
        #expect(parts.dropFirst().first.map { String($0.prefix(text.count + 1)) } == text + "\n")
    }
}

import Fixtures
import Testing

@Suite("Transitions that another one always beats")
struct ShadowTests {
    /// The warnings about such transitions in a machine with that many others between the two.
    static func warnings(between count: Int, from state: (Int) -> String) throws -> Int {
        let states = (0..<20).map { #"{"state_key": "s\#($0)", "is_initial_state": \#($0 == 0)}"# }
        func transition(_ from: String, _ word: String) -> String {
            #"{"from_state_key": "\#(from)", "decision_type": "redirect", "when": {"any": ["\#(word)"]}}"#
        }
        let others = (0..<count).map { transition(state($0), "w\($0)") }
        let transitions = [transition("*", "x")] + others + [transition("s0", "x")]
        let machine =
            #"{"states": [\#(states.joined(separator: ","))], "transitions": [\#(transitions.joined(separator: ","))]}"#
        let catalog = try Folder.load([
            Folder.file("personas/p/persona.json", #"{"name": "P"}"#),
            Folder.file("personas/p/machines/m.json", machine),
        ])
        return catalog.warnings.count { $0.message.hasPrefix("the transition never fires: the one of line") }
    }

    @Test("such a transition is found among many of its state, and among more of other states")
    func found() throws {
        #expect(try Self.warnings(between: 1_000) { _ in "s0" } == 1)
        #expect(try Self.warnings(between: 4_000) { "s\($0 % 20)" } == 1)
    }

    @Test("beyond two million comparisons no more are looked at")
    func bounded() throws {
        #expect(try Self.warnings(between: 4_000) { _ in "s0" } == 0)
    }
}

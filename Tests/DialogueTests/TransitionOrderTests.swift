import Dialogue
import Testing
import Text

@Suite("The order in which transitions are tried")
struct TransitionOrderTests {
    /// The names of the transitions from a state: a transition's name is the one line that it says.
    static func order(_ state: String, _ transitions: Transition...) -> [String] {
        machine(transitions).transitions(from: key(state)).map { transition in
            guard case .text(let name)? = transition.says?.replies[0].bubbles[0].parts[0] else { return "" }
            return name
        }
    }

    static func named(
        _ name: String, from: String? = "start", priority: Int = 0, when: Matcher? = go
    ) -> Transition {
        .on(.redirect, from: from, priority: priority, when: when, says: says(name))
    }

    @Test("a lower priority is tried first, a negative one before zero")
    func priority() {
        #expect(
            Self.order(
                "start", Self.named("c", priority: 20), Self.named("a", priority: -1), Self.named("b", priority: 3))
                == ["a", "b", "c"])
    }

    @Test("equal priorities keep the order of the file")
    func fileOrder() {
        #expect(
            Self.order("start", Self.named("b"), Self.named("a"), Self.named("d"), Self.named("c"))
                == ["b", "a", "d", "c"])
    }

    @Test("a transition from * is tried in every state that is not terminal, by its own priority")
    func wildcard() {
        let transitions = [Self.named("x"), Self.named("y", from: "middle"), Self.named("*", from: nil, priority: -1)]
        #expect(Self.order("start", transitions[0], transitions[1], transitions[2]) == ["*", "x"])
        #expect(Self.order("middle", transitions[0], transitions[1], transitions[2]) == ["*", "y"])
    }

    @Test("otherwise is tried last, whatever its priority")
    func otherwise() {
        #expect(
            Self.order(
                "start", Self.named("z", priority: -5, when: .otherwise), Self.named("a", priority: 9),
                Self.named("y", priority: -9, when: .every([go, .otherwise])))
                == ["a", "y", "z"])
    }

    @Test("a transition that fires by directive only keeps its place")
    func withoutCondition() {
        #expect(
            Self.order("start", Self.named("b", priority: 2), Self.named("a", priority: 1, when: nil)) == ["a", "b"])
    }

    @Test("no transition leaves a terminal state, not even one from *", arguments: ["end", "won", "lost"])
    func terminal(_ state: String) {
        #expect(Self.order(state, Self.named("*", from: nil)).isEmpty)
    }

    @Test("a state that does not exist has no transitions")
    func unknown() {
        #expect(Self.order("nowhere", Self.named("*", from: nil)).isEmpty)
    }
}

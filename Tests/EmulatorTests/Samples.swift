import Dialogue
import Emulator
import Fixtures
import HTTP
import Store
import Support
import Testing

let gateID = MachineID(high: 0, low: 1)
let roadID = MachineID(high: 0, low: 2)

/// Two machines, the second of which is unlocked by the first. A player gets on by directives.
func samplePersona(
    number: UInt64 = 9, owner: Persona.Owner = .everyone, states names: [String] = ["begin", "middle", "end"]
) -> Persona {
    let states = names.enumerated().map { index, name in
        State(key: StateKey(name)!, isInitial: index == 0, isTerminal: index == names.count - 1)
    }
    let transitions = zip(states, states.dropFirst()).map {
        Transition(from: $0.key, to: $1.key, decision: .pass, scoreDelta: 2)
    }
    let gate = Machine(id: gateID, key: "gate", name: "Gate", isEntry: true, states: states, transitions: transitions)
    let road = Machine(id: roadID, key: "road", name: "Road", states: states, transitions: transitions)
    return Persona(
        id: PersonaID(high: 0, low: number), slug: "p\(number)", name: "Mira", owner: owner, machines: [gate, road],
        links: [Link(source: gateID, target: roadID, condition: .always)])
}

/// An emulator with a clock that only a test moves.
struct World {
    let clock = TestClock()
    let store: any Store
    let emulator: Emulator
    private let heard = Heard()

    init(store: any Store = MemoryStore(), personas: [Persona] = [samplePersona()], limits: RateLimits? = nil) throws {
        self.store = store
        emulator = try Emulator(
            catalog: Catalog(personas: personas), store: store, clock: clock.clock,
            defaults: Accounts.Defaults(limits: limits), media: .none, warn: { [heard] in heard.lines.append($0) })
    }

    /// Any request, where the test does not look at it.
    static var request: Request { Request(head: RequestHead(method: .get, path: "/")) }

    /// The emulator's warnings.
    var warnings: [String] { heard.lines }

    /// The account of a key, which a test key opens.
    func account(_ key: String = "pk_test_a") throws -> Account {
        guard case .account(let account) = try emulator.account(forKey: key, testPrefix: "pk_test_") else {
            throw NoAccount()
        }
        let call = Call(request: World.request)
        return try emulator.admit(call, as: account, caller: key, .other)
    }

    private final class Heard {
        var lines: [String] = []
    }

    struct NoAccount: Error {}
}

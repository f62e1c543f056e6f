import Dialogue
import Fixtures
import FuzzChecks
import JSON
import Testing

@Suite("The origin of a machine's parts")
struct OriginTests {
    static let gate = """
        {
          "states": [
            {"state_key": "s", "is_initial_state": true,
              "follow_up": {"says": "Why?"}},
            {"state_key": "t", "follow_up": [
              {"says": "Late?", "priority": 5},
              {"says": "Early?"}]}],
          "transitions": [
            {"from_state_key": "s", "decision_type": "reject", "priority": 9},
            {"from_state_key": "*", "decision_type": "redirect"}, {
              "from_state_key": "t", "decision_type": "kick_out"}],
          "entries": {"opener": {"to_state_key": "s", "says": "Hi."}, "events": {
            "a \\"b\\"": {"to_state_key": "t", "says": "Oh."}}}
        }
        """

    /// Of every part, in the order in which it is tried.
    static func origins(_ machine: Machine) -> [String?] {
        let states = ["s", "t"].compactMap { StateKey($0).flatMap(machine.state) }
        let parts = states.flatMap { state in
            [machine.origin(of: state)] + state.followUps.map { machine.origin(of: $0, in: state) }
                + machine.transitions(from: state.key).map(machine.origin(of:))
        }
        return parts + [machine.entries.opener.flatMap { machine.origin(of: $0, event: nil) }]
            + machine.entries.events.map { machine.origin(of: $1, event: $0.text) }
    }

    @Test("a part of a file has its path and the line on which it begins")
    func file() throws {
        let machine = try #require(try Folder.load(Folder.renamed("mira", gate: Self.gate)).personas.first).machines[0]
        #expect(
            Self.origins(machine)
                == [3, 4, 10, 9, 5, 7, 6, 10, 10, 12, 13].map { "\(Folder.gate):\($0)" })
    }

    /// The first of two machines is another.
    static func document(_ gate: String) -> String {
        let road = #"{"machine_key": "road", "states": [{"state_key": "s", "is_initial_state": true}]}"#
        let named = "{\"machine_key\": \"gate\"," + gate.dropFirst()
        return "{\"persona\": {\"name\": \"Mira\"}, \"machines\": [\(road), \(named)]}"
    }

    static let paths = [
        ".states[0]", ".states[0].follow_up", ".transitions[1]", ".transitions[0]", ".states[1]",
        ".states[1].follow_up[1]", ".states[1].follow_up[0]", ".transitions[1]", ".transitions[2]", ".entries.opener",
        #".entries.events["a \"b\""]"#,
    ]

    @Test("a part of a document has its JSON path")
    func kept() throws {
        let decoded = try PersonaDocument.decode(
            text: Self.document(Self.gate), slug: "mira", owner: .everyone, dialects: [], identify: FuzzFolder.identify)
        #expect(Self.origins(decoded.persona.machines[1]) == Self.paths.map { "$.machines[1]\($0)" })
    }

    @Test("a saved persona has the same origins when sent and when read again, * written out or not")
    func saved() throws {
        let expanded = Self.gate.replacing(
            #"{"from_state_key": "*", "decision_type": "redirect"}"#,
            with: #"{"from_state_key": "s", "decision_type": "redirect"},"#
                + #"{"from_state_key": "t", "decision_type": "redirect"}"#)
        let stamp = PersonaDocument.Stamp(
            id: PersonaID(high: 0, low: 1), createdAt: "2026-03-10T12:00:00Z", updatedAt: "2026-03-10T12:00:00Z",
            isPublished: true, machines: [:], taken: [])
        for gate in [Self.gate, expanded] {
            let body = try JSONReader.read(Array(Self.document(gate).utf8))
            let saved = try PersonaDocument.save(
                body, stamp, slug: "mira", owner: .everyone, dialects: [], identify: FuzzFolder.identify)
            let again = try PersonaDocument.decode(
                text: saved.text, slug: "mira", owner: .everyone, dialects: [], identify: FuzzFolder.identify)
            for persona in [saved.persona, again.persona] {
                #expect(Self.origins(persona.machines[1]) == Self.paths.map { "$.machines[1]\($0)" })
            }
        }
    }

    @Test("a machine that was not decoded has no origins")
    func none() throws {
        let state = State(key: try #require(StateKey("s")), isInitial: true)
        let machine = Machine(id: MachineID(high: 0, low: 1), key: "m", name: "m", states: [state], transitions: [])
        #expect(machine.origin(of: state) == nil)
    }
}

public import Dialogue
public import Exact
public import JSON

extension PersonaDocument {
    /// The members that the server sets when a document is saved, whatever the document says.
    public struct Stamp: Sendable {
        public var id: PersonaID
        public var createdAt: String
        public var updatedAt: String
        /// Used when the document does not say.
        public var isPublished: Bool
        /// The ids of the machines that the persona has had so far, by key.
        public var machines: [ExactText: MachineID]
        /// Machines of other personas, whose ids this one cannot have.
        public var taken: Set<MachineID>

        public init(
            id: PersonaID, createdAt: String, updatedAt: String, isPublished: Bool, machines: [ExactText: MachineID],
            taken: Set<MachineID>
        ) {
            self.id = id
            self.createdAt = createdAt
            self.updatedAt = updatedAt
            self.isPublished = isPublished
            self.machines = machines
            self.taken = taken
        }
    }

    /// Decodes a client's document; the result's `text` is kept.
    public static func save(
        _ body: JSONValue, _ stamp: Stamp, slug: String, owner: Persona.Owner, dialects: [any DialectKeys],
        identify: @escaping (String) -> [UInt8]
    ) throws(Refusal) -> (persona: Persona, text: String) {
        let root = joined(stamped(body, stamp))
        let findings = Findings(document: body)
        SavingLimits(findings: findings).check(root)
        if let first = findings.diagnostics.first { throw Refusal(first, of: findings.count) }
        let persona = try decode(
            root, asSent: body, slug: slug, owner: owner, dialects: dialects, identify: identify)
        return (persona, String(decoding: identified(root, persona).bytes, as: UTF8.self))
    }

    /// The document as a text to be kept, published or not.
    public func text(of persona: Persona, isPublished: Bool, updatedAt: String) -> String {
        let root = PersonaDocument.identified(root(of: persona), persona)
        let changed = root["persona"]?.setting("is_published", to: .bool(isPublished))
            .setting("created_at", to: .string(persona.createdAt)).setting("updated_at", to: .string(updatedAt))
        return String(decoding: root.setting("persona", to: changed).bytes, as: UTF8.self)
    }

    /// The document with transitions that were one `*` joined again.
    static func joined(_ root: JSONValue) -> JSONValue {
        root.setting(
            "machines", to: root["machines"]?.mapItems { $0.setting("transitions", to: Wildcard.joined($0)) })
    }

    /// The transitions of a machine of a document, joined in the same way; nil when it has none.
    public static func joinedTransitions(of machine: JSONValue) -> [JSONValue]? { Wildcard.joined(machine)?.array }

    private static func stamped(_ body: JSONValue, _ stamp: Stamp) -> JSONValue {
        var persona = body["persona"]?.setting("id", to: .string(stamp.id.description))
            .setting("created_at", to: .string(stamp.createdAt)).setting("updated_at", to: .string(stamp.updatedAt))
        if persona?["is_published"] == nil { persona = persona?.setting("is_published", to: .bool(stamp.isPublished)) }
        let machines = body["machines"]?.mapItems { machine in
            if let id = machine["id"]?.string.flatMap(MachineID.init) {
                return stamp.taken.contains(id) ? machine.setting("id", to: nil) : machine
            }
            guard machine["id"] == nil, let id = machine["machine_key"]?.string.flatMap({ stamp.machines[$0] }) else {
                return machine
            }
            return machine.setting("id", to: .string(id.description))
        }
        var root = body
        if let persona { root = root.setting("persona", to: persona) }
        if let machines { root = root.setting("machines", to: machines) }
        return root
    }

    /// The document with the ids of its persona.
    static func identified(_ root: JSONValue, _ persona: Persona) -> JSONValue {
        let head = root["persona"]?.setting("id", to: .string(persona.id.description))
        let machines = zip(root["machines"]?.array ?? [], persona.machines).map { value, machine in
            value.setting("id", to: .string(machine.id.description)).setting("machine_key", to: .string(machine.key))
        }
        return root.setting("persona", to: head).setting("machines", to: .array(machines))
    }
}

/// Transitions of every non-terminal state: `*` in fixtures, one for each state in the API.
enum Wildcard {
    private static let key = "from_state_key"

    /// A machine's transitions with each `*` written out, in its place.
    static func expanded(_ machine: JSONValue) -> [JSONValue] {
        let states = states(machine)
        return (machine["transitions"]?.array ?? []).flatMap { transition in
            transition[key]?.string == "*" ? states.map { transition.setting(key, to: .string($0)) } : [transition]
        }
    }

    /// A machine's transitions with neighbours that were one `*` joined again, so that they share one list of lines and
    /// its count again; nil when the machine has none.
    static func joined(_ machine: JSONValue) -> JSONValue? {
        let value = machine["transitions"]
        let states = states(machine)
        // Nothing is joined when a state key is repeated, which is a mistake: the search would take long.
        guard let value, case .array(let transitions) = value.kind, states.count > 1, Set(states).count == states.count
        else { return value }
        var joined: [JSONValue] = []
        var place = 0
        while place < transitions.count {
            let run = transitions[place...].prefix(states.count)
            if areAlike(run, from: states) {
                joined.append(transitions[place].setting(key, to: .string("*")))
                place += run.count
            } else {
                joined.append(transitions[place])
                place += 1
            }
        }
        return JSONValue(kind: .array(joined), offset: value.offset)
    }

    /// Whether transitions differ only in the state that they leave, and leave each state in turn.
    private static func areAlike(_ run: ArraySlice<JSONValue>, from states: [String]) -> Bool {
        guard run.count == states.count, let first = run.first,
            zip(run, states).allSatisfy({ $0[key]?.string === $1 })
        else { return false }
        let rest = first.setting(key, to: nil).bytes
        return run.dropFirst().allSatisfy { $0.setting(key, to: nil).bytes == rest }
    }

    /// The keys of the non-terminal states.
    private static func states(_ machine: JSONValue) -> [String] {
        (machine["states"]?.array ?? []).filter { $0["is_terminal_state"]?.bool != true }
            .compactMap { $0["state_key"]?.string }
    }
}

/// Limits on the size of a saved persona. A file can be larger, because loading it does not delay requests.
struct SavingLimits {
    let findings: Findings
    private static let machines = 100
    private static let states = 1_000
    /// The most bytes of the transitions of `*`, counted once for each state.
    private static let transitions = 8 << 20

    func check(_ root: JSONValue) {
        let machines = root["machines"]?.array ?? []
        checkNames(in: root, machines)
        let offset = root["machines"]?.offset ?? root.offset
        if machines.count > SavingLimits.machines {
            findings.report(
                "\"machines\" must list at most \(SavingLimits.machines) machines, not \(machines.count)", at: offset)
        }
        var bytes = 0
        for machine in machines {
            let states = machine["states"]?.array ?? []
            if states.count > SavingLimits.states {
                findings.report(
                    "\"states\" must list at most \(SavingLimits.states) states, not \(states.count)",
                    at: machine["states"]?.offset ?? offset)
            }
            for transition in machine["transitions"]?.array ?? [] where transition["from_state_key"]?.string == "*" {
                bytes += transition.bytes.count * states.count
            }
        }
        if bytes > SavingLimits.transitions {
            findings.report(
                "\"machines\" must have at most \(SavingLimits.transitions) bytes of transitions from \"*\", written out "
                    + "for each state, not \(bytes)", at: offset)
        }
    }

    /// Checks the length of names, which are written in replies, in the database and in messages.
    private func checkNames(in root: JSONValue, _ machines: [JSONValue]) {
        check(["name"], of: root["persona"].map { [$0] })
        check(["key"], of: root["variables"]?.array)
        check(["machine_key", "name"], of: machines)
        for machine in machines {
            check(["state_key"], of: machine["states"]?.array)
            check(["key"], of: machine["output_variables"]?.array)
        }
    }

    private func check(_ keys: [String], of objects: [JSONValue]?) {
        for object in objects ?? [] {
            for key in keys {
                guard let value = object[key], let text = value.string else { continue }
                guard !text.hasScalars(atMost: ObjectReader.nameLimit) else { continue }
                findings.report(
                    "\"\(key)\" must have at most \(ObjectReader.nameLimit) characters", at: value.offset)
            }
        }
    }
}

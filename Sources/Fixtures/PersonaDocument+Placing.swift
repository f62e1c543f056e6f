public import Dialogue
public import Exact
public import JSON

extension PersonaDocument {
    /// The place of a document that is used as if it were a fixture's folder.
    public struct Slot: Sendable {
        public var slug: String
        /// The id of the persona with that slug; nil: the document can state one, else it derives from the slug.
        public var id: PersonaID?
        /// The ids of the machines that the persona has had so far, by key.
        public var machines: [ExactText: MachineID]
        /// The other personas, whose ids it cannot have.
        public var others: [Persona]
        /// Finds the owner of a name, also of `*`; nil when no account has the name.
        public var owner: @Sendable (String) -> Persona.Owner?
        /// The names of all accounts, for suggestions.
        public var names: @Sendable () -> [String]

        public init(
            slug: String, id: PersonaID?, machines: [ExactText: MachineID], others: [Persona],
            owner: @escaping @Sendable (String) -> Persona.Owner?, names: @escaping @Sendable () -> [String]
        ) {
            self.slug = slug
            self.id = id
            self.machines = machines
            self.others = others
            self.owner = owner
            self.names = names
        }
    }

    /// Decodes a document whose persona can have all members of a `persona.json`, including its owner.
    /// - Returns: the persona, its document to be kept as a text, and the name of its owner, `*` for everyone.
    public static func placed(
        _ body: JSONValue, at place: Slot, dialects: [any DialectKeys], identify: @escaping (String) -> [UInt8]
    ) throws(Refusal) -> (persona: Persona, text: String, owner: String) {
        let findings = Findings(document: body)
        let name = owner(of: body, place, findings)
        let root = joined(identified(body, place))
        SavingLimits(findings: findings).check(root)
        try throwIfAny(findings)
        let persona = try decode(
            root, asSent: body, slug: place.slug, owner: place.owner(name) ?? .everyone,
            dialects: dialects, identify: identify)
        check(persona, place, body, findings)
        try throwIfAny(findings)
        return (persona, String(decoding: identified(root, persona).bytes, as: UTF8.self), name)
    }

    private static func throwIfAny(_ findings: Findings) throws(Refusal) {
        if let first = findings.diagnostics.first { throw Refusal(first, of: findings.count) }
    }

    private static func owner(of body: JSONValue, _ place: Slot, _ findings: Findings) -> String {
        guard let value = body["persona"]?["owner"] else { return "*" }
        guard let name = value.string else {
            findings.report("\"owner\" must be a text, not \(value.typeName)", at: value.offset)
            return "*"
        }
        if place.owner(name) == nil {
            findings.report(
                "\"owner\" names no account: \"\(name)\"" + Suggestion.text(for: name, among: place.names()),
                at: value.offset)
        }
        return name
    }

    /// The document without its owner, and with the place's ids where it states none.
    private static func identified(_ body: JSONValue, _ place: Slot) -> JSONValue {
        var persona = body["persona"]?.setting("owner", to: nil)
        if let id = place.id, persona?["id"] == nil {
            persona = persona?.setting("id", to: .string(id.description))
        }
        let machines = body["machines"]?.mapItems { machine in
            guard machine["id"] == nil, let id = machine["machine_key"]?.string.flatMap({ place.machines[$0] }) else {
                return machine
            }
            return machine.setting("id", to: .string(id.description))
        }
        var root = body
        if let persona { root = root.setting("persona", to: persona) }
        if let machines { root = root.setting("machines", to: machines) }
        return root
    }

    private static func check(_ persona: Persona, _ place: Slot, _ body: JSONValue, _ findings: Findings) {
        let stated = body["persona"]?["id"]?.offset ?? body.offset
        if let id = place.id, persona.id != id {
            findings.report(
                "\"id\" must be \(id), which the persona \"\(place.slug)\" has; leave it out", at: stated)
        }
        for other in place.others where other.id == persona.id {
            findings.report("\"id\" is that of the persona \"\(other.slug)\"; leave it out", at: stated)
        }
        let taken = Dictionary(
            place.others.flatMap { other in other.machines.map { ($0.id, "\(other.slug)/\($0.key)") } },
            uniquingKeysWith: { first, _ in first })
        for (machine, value) in zip(persona.machines, body["machines"]?.array ?? []) {
            guard let other = taken[machine.id] else { continue }
            findings.report(
                "\"id\" is that of the machine \"\(other)\"; leave it out", at: value["id"]?.offset ?? value.offset)
        }
    }
}

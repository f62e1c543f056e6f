public import Dialogue
import Exact
import JSON

/// What a persona was decoded from, as one JSON document: `{persona, machines, variables, machine_links}` (spec G-36).
/// It is written in the language of the fixtures: `persona` is `persona.json` without its owner and without the other
/// three members, `machines` are the machines in their order.
public struct PersonaDocument: Sendable {
    private enum Source {
        case files(persona: FixtureFile, machines: [FixtureFile])
        case text(String)
    }

    private let source: Source

    init(_ persona: FixtureFile, machines: [FixtureFile]) { source = .files(persona: persona, machines: machines) }

    init(text: String) { source = .text(text) }

    /// The files of the persona and of its machines; none of a persona that was sent.
    public var files: [FixtureFile] {
        switch source {
        case .files(let persona, let machines): [persona] + machines
        case .text: []
        }
    }

    /// No file and no body nests deeper.
    private static let depthLimit = 1_000

    /// The document, with each machine in its place in the persona.
    func root(of persona: Persona) -> JSONValue {
        switch source {
        case .text(let text): return PersonaDocument.read(text.utf8)
        case .files(let file, let machineFiles):
            let value = PersonaDocument.read(file.bytes)
            let machines = persona.machines.map { machine in
                let file = machineFiles.first { FixturePath.fileName($0.path) === machine.key }
                return PersonaDocument.read(file?.bytes ?? [])
            }
            let besides = ["machines", "variables", "machine_links", "owner"]
            return .object([
                JSONValue.Member("persona", besides.reduce(value) { $0.setting($1, to: nil) }),
                JSONValue.Member("machines", .array(machines)),
                JSONValue.Member("variables", value["variables"] ?? .array([])),
                JSONValue.Member("machine_links", value["machine_links"] ?? .array([])),
            ])
        }
    }

    /// Of a text that was decoded before.
    private static func read(_ bytes: some Sequence<UInt8>) -> JSONValue {
        (try? JSONReader.read(Array(bytes), depthLimit: depthLimit)) ?? .null
    }
}

// MARK: - Decoding

extension PersonaDocument {
    /// Why a document cannot be decoded to a persona.
    public struct Refusal: Error, Equatable, Sendable {
        private let first: Diagnostic
        private let count: Int

        init(_ first: Diagnostic, of count: Int) { (self.first, self.count) = (first, count) }

        /// The first mistake, with its path, and how many more there are.
        public var message: String { Findings.summary(first, of: count) }

        /// The same with the path that leads to the document before its own: `$`.
        public func message(below root: String) -> String { Findings.summary(first, of: count, root: root) }
    }

    /// Decodes the text that a document was kept as.
    /// - Parameter dialects: the dialects whose keys it can have.
    public static func decode(
        text: String, slug: String, owner: Persona.Owner, dialects: [any DialectKeys],
        identify: @escaping (String) -> [UInt8]
    ) throws(Refusal) -> (persona: Persona, document: PersonaDocument) {
        let root: JSONValue
        do {
            root = try JSONReader.read(Array(text.utf8), depthLimit: depthLimit)
        } catch {
            throw Refusal(Diagnostic(file: "", message: "not JSON: \(error.message)"), of: 1)
        }
        let persona = try decode(
            root, asSent: root, slug: slug, owner: owner, dialects: dialects, identify: identify)
        return (persona, PersonaDocument(text: text))
    }

    /// Decodes a document. `asSent` is the document as the author sent it, to which reported paths refer. `identify`
    /// makes the ids of machines without one.
    static func decode(
        _ root: JSONValue, asSent: JSONValue, slug: String, owner: Persona.Owner, dialects: [any DialectKeys],
        identify: @escaping (String) -> [UInt8]
    ) throws(Refusal) -> Persona {
        let findings = Findings(document: asSent)
        let decoded = decode(root, asSent, findings, slug, owner, dialects, identify)
        if let persona = decoded.persona { return persona }
        let first = decoded.diagnostics.first ?? Diagnostic(file: "", message: "it is no persona")
        throw Refusal(first, of: decoded.mistakes)
    }

    private static func decode(
        _ root: JSONValue, _ asSent: JSONValue, _ findings: Findings, _ slug: String, _ owner: Persona.Owner,
        _ dialects: [any DialectKeys], _ identify: @escaping (String) -> [UInt8]
    ) -> PersonaDecoder.Decoded {
        let refused = { PersonaDecoder.Decoded(diagnostics: findings.diagnostics, mistakes: findings.count) }
        guard let whole = ObjectReader(root, "the document", findings) else { return refused() }
        let reader: ObjectReader? = whole.object("persona", "the persona") ?? whole.missing("persona")
        let machines = whole.array("machines") ?? whole.missing("machines") ?? []
        guard let reader else { return refused() }
        if whole.array("machines")?.isEmpty ?? false {
            findings.report("\"machines\" must list at least one machine", at: whole.position(of: "machines"))
        }
        var names: [String] = []
        var drafts: [MachineDraft] = []
        for (place, value) in machines.enumerated() {
            guard let machine = ObjectReader(value, "the machine", findings),
                let name = machine.requiredText("machine_key")
            else { continue }
            if names.contains(where: { $0 === name }) {
                findings.report("the machine \"\(name)\" stands twice", at: machine.position(of: "machine_key"))
            } else {
                names.append(name)
                let findings = drafts.first.map { Findings(following: $0.findings) } ?? Findings(document: asSent)
                drafts.append(MachineDraft(value, name: name, place: place, findings: findings))
            }
        }
        let decoded = PersonaDecoder(slug: slug, findings: findings, dialects: dialects, identify: identify)
            .decode(reader, beside: whole, drafts, order: names, owner: owner, media: nil)
        guard let persona = decoded.persona else { return decoded }
        var ids: Set<MachineID> = []
        for (machine, value) in zip(persona.machines, machines) where !ids.insert(machine.id).inserted {
            findings.report(
                "the machine \"\(machine.key)\" has the id of another, \(machine.id)",
                at: value["id"]?.offset ?? value.offset)
        }
        return findings.count == 0 ? decoded : refused()
    }
}

import Dialogue
import Exact
package import Fixtures
import JSON

/// A persona as its files, made from what `GET /personas/{id}/full` returns, of the real service or of this server.
package struct ImportedPersona {
    package let slug: String
    /// Nil when the document has none, or none that is a UUID.
    package private(set) var id: String?
    /// Their paths are below the fixture folder: made of slugs, never of a text as it came.
    package private(set) var files: [FixtureFile] = []
    /// What the language of fixtures has no place for, and how often it came.
    private(set) var leftOut = LeftOut()
    /// Machines whose key is no name of a file, with their new keys.
    private(set) var renamed: [(old: String, new: String)] = []
    /// Photos that lines name, by their paths below the persona's folder.
    private(set) var photos: [String] = []
    /// Histories that fit no machine, or several.
    private(set) var unusedHistories = 0

    /// Why a document cannot be imported.
    package struct Refusal: Error {
        /// With places in the file; never empty.
        package let diagnostics: [Diagnostic]
    }

    /// What the comment of each written file begins with. Only files with it are replaced.
    static let mark = "Imported by foilmock."

    /// - Parameters:
    ///   - slug: the name of the folder; nil: it is made from the persona's name.
    ///   - histories: what `/history` returned, as bytes.
    package init(_ file: FixtureFile, slug: String? = nil, histories: [FixtureFile] = []) throws(Refusal) {
        let findings = Findings(file)
        let document = Document(file, findings)
        guard let document, findings.count == 0 else { throw Refusal(diagnostics: findings.diagnostics) }
        for key in document.others { leftOut.note(ShortText.of(key)) }
        self.slug = slug ?? FileName.of(Slug.of(document.name), else: "persona")
        let keys = FileName.distinct(document.machines.map { $0["machine_key"]?.string ?? $0["name"]?.string ?? "" })
        var machines: [JSONValue] = []
        for (machine, key) in zip(document.machines, keys) {
            if let old = machine["machine_key"]?.string, old !== key { renamed.append((old, key)) }
            machines.append(MachineImport.tidied(machine, key: key, &leftOut))
        }
        var drafts = HistoryDrafts(machines)
        for history in histories {
            if !drafts.add(try ImportedPersona.read(history)) { unusedHistories += 1 }
        }
        for place in machines.indices { machines[place] = drafts.applied(to: machines[place], at: place) }

        let folder = "personas/\(self.slug)"
        for (machine, key) in zip(machines, keys) {
            photos += ImportedPersona.photos(in: machine)
            files.append(
                FixtureFile(
                    path: "\(folder)/machines/\(key).json",
                    bytes: ImportedPersona.marked(machine, schema: "../../../.schema/machine.schema.json")))
        }
        let persona = persona(of: document, keys)
        id = persona["id"]?.string
        photos = Set(exact: photos + ImportedPersona.photos(in: persona)).map(\.text).sorted()
        files.append(
            FixtureFile(
                path: "\(folder)/persona.json",
                bytes: ImportedPersona.marked(persona, schema: "../../.schema/persona.schema.json")))
    }

    /// The head of the document: its persona with what the document has beside it.
    private mutating func persona(of document: Document, _ keys: [String]) -> JSONValue {
        var persona = MachineImport.tidied(
            document.persona.setting("machines", to: nil).setting("owner", to: nil), as: .persona, at: "persona",
            &leftOut)
        for key in ["created_at", "updated_at"] {
            guard let text = persona[key]?.string, !FixtureTime.isTimestamp(text) else { continue }
            let moment = Timestamp(text: text).map { JSONValue.string($0.text) }
            if moment == nil { leftOut.note("persona.\(key)") }
            persona = persona.setting(key, to: moment)
        }
        if let id = persona["id"], id.string.flatMap(PersonaID.init) == nil {
            leftOut.note("persona.id")
            persona = persona.setting("id", to: nil)
        }
        persona = persona.setting("machines", to: .array(keys.map { .string($0) }))
        let kept = Set(exact: keys)
        let new = Dictionary(
            renamed.filter { !kept.contains($0.old) }.map { (ExactText($0.old), $0.new) },
            uniquingKeysWith: { first, _ in first })
        let links = document.links.map { link in
            let tidied = MachineImport.tidied(link, as: .link, at: "machine_links[]", &leftOut)
            return ["source_machine_key", "target_machine_key"].reduce(tidied) { link, end in
                let key = link[end]?.string.flatMap { new[$0] }
                return key.map { link.setting(end, to: .string($0)) } ?? link
            }
        }
        if !links.isEmpty { persona = persona.setting("machine_links", to: .array(links)) }
        let variables = document.variables.map {
            MachineImport.tidied($0, as: .variable, at: "variables[]", &leftOut)
        }
        return variables.isEmpty ? persona : persona.setting("variables", to: .array(variables))
    }

    /// Reads a history, which may be large.
    private static func read(_ history: FixtureFile) throws(Refusal) -> JSONValue {
        let findings = Findings(history)
        guard let value = findings.parse(history) else { throw Refusal(diagnostics: findings.diagnostics) }
        if value["messages"]?.array == nil {
            findings.report("the history has no list \"messages\"", at: value.offset)
            throw Refusal(diagnostics: findings.diagnostics)
        }
        return value
    }

    /// The file of an object, with its schema and the mark.
    private static func marked(_ value: JSONValue, schema: String) -> [UInt8] {
        let rest = (value.members ?? []).filter { $0.key != "$schema" && $0.key != "$comment" }
        let head = [
            JSONValue.Member("$schema", .string(schema)),
            JSONValue.Member(
                "$comment",
                .string("\(mark) foilmock import --force replaces this file while it has this comment.")),
        ]
        return JSONValue.object(head + rest).indented
    }

    private static func photos(in value: JSONValue) -> [String] {
        switch value.kind {
        case .array(let items): items.flatMap(photos)
        case .object(let members):
            members.flatMap { member in
                let own = member.key == "photo" ? [member.value.string].compactMap(\.self) : []
                return own + photos(in: member.value)
            }
        default: []
        }
    }
}

/// What was left out, by where it was.
struct LeftOut {
    private(set) var counts: [ExactText: Int] = [:]

    mutating func note(_ path: String) { counts[path, default: 0] += 1 }

    /// `machines[].states[].mood (3 times)`, in the order of the paths.
    var lines: [String] {
        counts.sorted { $0.key < $1.key }.map { $0.value == 1 ? $0.key.text : "\($0.key.text) (\($0.value) times)" }
    }
}

/// The parts of the document, checked as far as an import needs it.
private struct Document {
    let name: String
    let persona: JSONValue
    let machines: [JSONValue]
    let variables: [JSONValue]
    let links: [JSONValue]
    /// How much deeper a machine lies in the document than in its file: in a list of the whole.
    private static let depth = 2
    /// More are no persona that somebody wrote.
    private static let machineLimit = 1_000
    /// Members that such a document does not have.
    let others: [String]

    /// Nil, with a report, when it is not such a document.
    init?(_ file: FixtureFile, _ findings: Findings) {
        let depth = JSONReader.standardDepth + Document.depth
        guard let root = findings.parse(file, depthLimit: depth),
            let reader = ObjectReader(root, "the document", findings)
        else {
            return nil
        }
        let persona = reader.object("persona", "the persona")
        let machines = reader.array("machines")
        for key in ["persona", "machines"] where reader.value(key) == nil {
            findings.report("the document has no \"\(key)\"", at: reader.offset)
        }
        if let machines, machines.isEmpty {
            findings.report("\"machines\" must list at least one machine", at: reader.position(of: "machines"))
        }
        if let machines, machines.count > Document.machineLimit {
            findings.report(
                "\"machines\" must list at most \(Document.machineLimit) machines, not \(machines.count)",
                at: reader.position(of: "machines"))
        }
        variables = Document.objects(of: reader.array("variables"), "a variable", findings)
        links = Document.objects(of: reader.array("machine_links"), "a machine link", findings)
        self.machines = Document.objects(of: machines, "a machine", findings)
        for machine in self.machines {
            for key in ["states", "transitions", "output_variables"] {
                guard let list = machine[key], !list.isNull else { continue }
                if list.array == nil { findings.report("\"\(key)\" must be a list", at: list.offset) }
                _ = Document.objects(of: list.array, "an item of \"\(key)\"", findings)
            }
        }
        if let persona, persona.value("name") == nil {
            findings.report("the persona has no \"name\"", at: persona.offset)
        }
        name = persona?.requiredName("name") ?? ""
        let known = ["persona", "machines", "variables", "machine_links"]
        others = (root.members ?? []).map(\.key).filter { key in !known.contains { $0 === key } }
        self.persona = root["persona"] ?? .null
    }

    /// The items, each with a report when it is no object.
    private static func objects(of items: [JSONValue]?, _ what: String, _ findings: Findings) -> [JSONValue] {
        (items ?? []).filter { ObjectReader($0, what, findings) != nil }
    }
}

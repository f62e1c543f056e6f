import Dialogue
import Exact
import JSON

/// Decodes one persona (FIXTURES.md persona.json): from its file and those of its machines, or from one document.
struct PersonaDecoder {
    let slug: String
    let findings: Findings
    let dialects: [any DialectKeys]
    let identify: (String) -> PersonaID
    let identifyMachine: (String) -> MachineID

    /// The result: a persona, or nil when a mistake was reported.
    struct Decoded {
        var persona: Persona?
        var diagnostics: [Diagnostic]
        var warnings: [Diagnostic] = []
        /// The number of mistakes, kept as a diagnostic or not.
        var mistakes: Int
        /// The keys of the machines that there are or should be.
        var machineKeys: [String] = []
    }

    /// - Parameter dialects: the dialects whose keys the persona can have.
    init(
        slug: String, findings: Findings, dialects: [any DialectKeys], identify: @escaping (String) -> [UInt8]
    ) {
        self.slug = slug
        self.findings = findings
        self.dialects = dialects
        self.identify = { PersonaID(bytes: identify($0)) ?? PersonaID(high: 0, low: 0) }
        identifyMachine = { MachineID(bytes: identify($0)) ?? MachineID(high: 0, low: 0) }
    }

    /// `media` are the paths of its photos.
    func decode(_ file: FixtureFile, machines files: [FixtureFile], media: Set<ExactText>) -> Decoded {
        guard let value = findings.parse(file), let reader = ObjectReader(value, "the persona", findings) else {
            return Decoded(
                persona: nil, diagnostics: findings.diagnostics, mistakes: findings.count,
                machineKeys: files.map { FixturePath.fileName($0.path) })
        }
        let drafts = files.map { MachineDraft($0) }
        let order = order(reader, drafts.map(\.name))
        return decode(
            reader, beside: reader, drafts, order: order.keys, missing: order.missing, owner: owner(reader),
            media: media)
    }

    /// The machines' order, their links and the persona's variables are read from `whole`; in files it is the persona
    /// itself. `missing` are the keys of machines that should be there.
    func decode(
        _ reader: ObjectReader, beside whole: ObjectReader, _ drafts: [MachineDraft], order: [String],
        missing: [String] = [], owner: Persona.Owner, media: Set<ExactText>?
    ) -> Decoded {
        let variables = self.variables(whole)
        let names = drafts.map(\.name) + missing
        var surroundings = Surroundings(media: media)
        surroundings.variables = VariableNames(
            Set(exact: drafts.flatMap(\.leaves) + missing.flatMap(MachineDraft.results)).union(variables.keys),
            isWhole: !findings.isFile || missing.isEmpty && drafts.allSatisfy(\.leavesAll) && hasAllVariables(whole))
        surroundings.dialects = dialects
        surroundings.pick = reader.choice("pick", Pick.self) ?? .inOrder
        var machines: [ExactText: Machine] = [:]
        for draft in drafts {
            machines[draft.name] = draft.machine(slug: slug, surroundings, identify: identifyMachine)
        }
        let links = self.links(whole, names, machines)
        let replies = ReplyDecoder(findings: findings, surroundings: surroundings)
        let id = PersonaDecoder.identifier(of: reader) ?? identify(slug)
        let name = reader.requiredText("name")
        let description = reader.text("description", nullable: true)
        let isPublished = reader.bool("is_published") ?? true
        let displayOrder = reader.integer("display_order") ?? Int(Int32.max)
        let createdAt = timestamp("created_at", reader)
        let updatedAt = timestamp("updated_at", reader)
        let saysOn = replies.saysOn(of: reader, id: "persona")
        let reading = PersonaReading(reader, machines: names)
        for dialect in dialects { dialect.read(reading) }
        reader.acceptTexts("persona_identity_prompt", "perplexity_description")
        reader.finish()
        if whole !== reader { whole.finish() }
        let all = [findings] + drafts.map(\.findings)
        var decoded = Decoded(
            persona: nil, diagnostics: all.flatMap(\.diagnostics), warnings: drafts.flatMap(\.findings.warnings),
            mistakes: all.reduce(0) { $0 + $1.count }, machineKeys: names)
        guard decoded.mistakes == 0, let name else { return decoded }
        let persona = Persona(
            id: id, slug: slug, name: name, description: description, owner: owner, isPublished: isPublished,
            displayOrder: displayOrder, createdAt: createdAt, updatedAt: updatedAt,
            machines: order.compactMap { machines[$0] }, links: links.map(\.link), variables: variables, saysOn: saysOn,
            settings: reading.settings)
        decoded.persona = persona
        if findings.isFile {
            PersonaReview(findings: findings, reader: reader, persona: persona, links: links).run()
            decoded.warnings += findings.warnings
        }
        return decoded
    }

    /// The `id` of a persona or a machine; nil when it is missing or invalid.
    static func identifier<Subject>(of reader: ObjectReader) -> Identifier<Subject>? {
        guard let text = reader.text("id") else { return nil }
        if let id = Identifier<Subject>(text) { return id }
        reader.findings.report("\"id\" must be a UUID, not \"\(text)\"", at: reader.position(of: "id"))
        return nil
    }

    private func owner(_ reader: ObjectReader) -> Persona.Owner {
        guard let text = reader.text("owner"), text != "*" else { return .everyone }
        return .account(text)
    }

    /// The creation time of a persona without one.
    static let standardTime = "2026-03-10T12:00:00Z"

    private func timestamp(_ key: String, _ reader: ObjectReader) -> String {
        guard let text = reader.text(key) else { return PersonaDecoder.standardTime }
        if !FixtureTime.isTimestamp(text) {
            findings.report(
                "\"\(key)\" must look like 2026-03-10T12:00:00Z, not \"\(text)\"", at: reader.position(of: key))
        }
        return text
    }

    private func variables(_ reader: ObjectReader) -> Texts {
        var variables: Texts = [:]
        for value in reader.array("variables") ?? [] {
            guard let item = ObjectReader(value, "a variable", findings) else { continue }
            defer { item.finish() }
            let text = item.text("value") ?? item.missing("value")
            guard let key = item.requiredText("key"), let text else { continue }
            if variables.updateValue(text, forKey: ExactText(key)) != nil {
                findings.report("the variable \"\(key)\" stands twice", at: item.position(of: "key"))
            }
        }
        return variables
    }

    /// Whether the names of all variables of the persona could be read.
    private func hasAllVariables(_ reader: ObjectReader) -> Bool {
        guard let value = reader.value("variables") else { return !reader.misspells("variables") }
        return value.array?.allSatisfy { $0["key"]?.string != nil } ?? false
    }

    static let noMachine = "the persona has no machine: machines/ beside this file holds no .json file"

    /// The order of the machines: as `machines` lists them, else by key; and those that are listed and have no file.
    private func order(_ reader: ObjectReader, _ names: [String]) -> (keys: [String], missing: [String]) {
        if names.isEmpty {
            findings.report(PersonaDecoder.noMachine, at: reader.offset)
        }
        let sorted = names.sorted { ExactText($0) < ExactText($1) }
        guard let items = reader.array("machines") else { return (sorted, []) }
        var order: [String] = []
        var missing: [String] = []
        // Files whose names may be misspelt, or meant by one that is.
        var near: [String] = []
        for item in items {
            guard case .string(let name) = item.kind else {
                findings.report("\"machines\" lists machine keys, not \(item.typeName)", at: item.offset)
                continue
            }
            if order.contains(where: { $0 === name }) {
                findings.report("the machine \"\(name)\" is listed twice", at: item.offset)
            } else if !names.contains(where: { $0 === name }) {
                if !names.isEmpty {
                    findings.report(
                        "there is no machines/\(name).json" + Suggestion.text(for: name, among: names), at: item.offset)
                }
                missing.append(name)
                near += [Suggestion.nearest(to: name, among: names)].compactMap(\.self)
            } else {
                order.append(name)
            }
        }
        for name in sorted where !(order + near).contains(where: { $0 === name }) {
            findings.report(
                "\"machines\" does not list \"\(name)\", whose file exists; list it or remove the file",
                at: reader.position(of: "machines"))
        }
        return (order, missing)
    }

    private func links(_ reader: ObjectReader, _ names: [String], _ machines: [ExactText: Machine]) -> [PlacedLink] {
        (reader.array("machine_links") ?? []).compactMap { value in
            guard let item = ObjectReader(value, "a machine link", findings) else { return nil }
            defer { item.finish() }
            let source = machineKey("source_machine_key", item, names)
            let target = machineKey("target_machine_key", item, names)
            let condition = condition(item)
            let isAutoAdvance = item.bool("is_auto_advance") ?? false
            guard let condition, let source = source.flatMap({ machines[$0] }),
                let target = target.flatMap({ machines[$0] })
            else { return nil }
            let link = Link(
                source: source.id, target: target.id, condition: condition, isAutoAdvance: isAutoAdvance,
                line: findings.isFile ? findings.line(of: item.offset) : 0)
            return PlacedLink(link: link, offset: item.offset)
        }
    }

    private func machineKey(_ key: String, _ reader: ObjectReader, _ names: [String]) -> String? {
        guard let name = reader.requiredText(key) else { return nil }
        if names.contains(where: { $0 === name }) { return name }
        findings.report(
            "\"\(key)\" names no machine of this persona: \"\(name)\"" + Suggestion.text(for: name, among: names),
            at: reader.position(of: key))
        return nil
    }

    private enum ConditionType: String, CaseIterable {
        case outcome, always
        case scoreAtLeast = "score_gte"
        case scoreAtMost = "score_lte"
    }

    private func condition(_ reader: ObjectReader) -> Link.Condition? {
        let type = reader.choice("condition_type", ConditionType.self) ?? reader.missing("condition_type")
        let value = reader.value("condition_value")
        switch type {
        case nil: return nil
        case .always:
            if let value, !value.isNull {
                findings.report("the condition \"always\" takes no \"condition_value\"", at: value.offset)
            }
            return .always
        case .outcome:
            return (reader.choice("condition_value", Outcome.self) ?? reader.missing("condition_value"))
                .map { .outcome($0) }
        case .scoreAtLeast:
            return (reader.integer("condition_value") ?? reader.missing("condition_value")).map { .scoreAtLeast($0) }
        case .scoreAtMost:
            return (reader.integer("condition_value") ?? reader.missing("condition_value")).map { .scoreAtMost($0) }
        }
    }
}

/// A machine link and its offset.
struct PlacedLink {
    let link: Link
    let offset: Int
}

import Dialogue
import JSON

/// Decodes one persona: its `persona.json`, then the machines beside it (FIXTURES.md persona.json).
struct PersonaDecoder {
    let slug: String
    let findings: Findings
    let identify: (String) -> PersonaID
    let identifyMachine: (String) -> MachineID

    /// The persona, or nil when anything was reported, and the diagnostics of all its files. `media` are the paths of its
    /// photos.
    static func decode(
        slug: String, persona file: FixtureFile, machines: [FixtureFile], media: Set<String>,
        identify: (String) -> [UInt8]
    ) -> (persona: Persona?, diagnostics: [Diagnostic], warnings: [Diagnostic]) {
        let findings = Findings(file)
        return withoutActuallyEscaping(identify) { identify in
            let decoder = PersonaDecoder(
                slug: slug, findings: findings,
                identify: { PersonaID(bytes: identify($0)) ?? PersonaID(high: 0, low: 0) },
                identifyMachine: { MachineID(bytes: identify($0)) ?? MachineID(high: 0, low: 0) })
            return decoder.decode(machines, media)
        }
    }

    private func decode(_ files: [FixtureFile], _ media: Set<String>) -> (Persona?, [Diagnostic], [Diagnostic]) {
        guard let value = findings.parse(), let reader = ObjectReader(value, "the persona", findings) else {
            return (nil, findings.diagnostics, [])
        }
        let variables = self.variables(reader)
        let drafts = files.map(MachineDraft.init)
        let names = drafts.map(\.name)
        var surroundings = Surroundings(variables: Set(variables.keys).union(drafts.flatMap(\.leaves)), media: media)
        surroundings.pick = reader.choice("pick", Pick.self) ?? .inOrder
        var diagnostics: [Diagnostic] = []
        var machines: [String: Machine] = [:]
        for draft in drafts {
            machines[draft.name] = draft.machine(slug: slug, surroundings, identify: identifyMachine)
            diagnostics += draft.findings.diagnostics
        }
        let order = self.order(reader, names)
        let links = self.links(reader, names, machines)
        let replies = ReplyDecoder(findings: findings, surroundings: surroundings)
        let id = PersonaDecoder.identifier(of: reader) ?? identify(slug)
        let name = reader.requiredText("name")
        let description = reader.text("description", nullable: true)
        let isPublished = reader.bool("is_published") ?? true
        let displayOrder = reader.integer("display_order") ?? Int(Int32.max)
        let owner = owner(reader)
        let createdAt = timestamp("created_at", reader)
        let updatedAt = timestamp("updated_at", reader)
        let saysOn = replies.saysOn(of: reader, id: "persona")
        reader.acceptTexts("persona_identity_prompt", "perplexity_description")
        reader.finish()
        diagnostics = findings.diagnostics + diagnostics
        let warnings = drafts.flatMap(\.findings.warnings)
        guard diagnostics.isEmpty, let name else { return (nil, diagnostics, warnings) }
        let persona = Persona(
            id: id, slug: slug, name: name, description: description, owner: owner, isPublished: isPublished,
            displayOrder: displayOrder, createdAt: createdAt, updatedAt: updatedAt,
            machines: order.compactMap { machines[$0] }, links: links.map(\.link), variables: variables, saysOn: saysOn)
        PersonaReview(findings: findings, reader: reader, persona: persona, links: links).run()
        return (persona, [], warnings + findings.warnings)
    }

    /// The `id` of a persona or a machine; nil when it states none or a wrong one.
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

    private func timestamp(_ key: String, _ reader: ObjectReader) -> String {
        guard let text = reader.text(key) else { return "2026-03-10T12:00:00Z" }
        if !FixtureTime.isTimestamp(text) {
            findings.report(
                "\"\(key)\" must look like 2026-03-10T12:00:00Z, not \"\(text)\"", at: reader.position(of: key))
        }
        return text
    }

    private func variables(_ reader: ObjectReader) -> [String: String] {
        var variables: [String: String] = [:]
        for value in reader.array("variables") ?? [] {
            guard let item = ObjectReader(value, "a variable", findings) else { continue }
            defer { item.finish() }
            let text = item.text("value") ?? item.missing("value")
            guard let key = item.requiredText("key"), let text else { continue }
            if variables.updateValue(text, forKey: key) != nil {
                findings.report("the variable \"\(key)\" stands twice", at: item.position(of: "key"))
            }
        }
        return variables
    }

    /// The order of the machines: as `machines` lists them, else by key.
    private func order(_ reader: ObjectReader, _ names: [String]) -> [String] {
        if names.isEmpty {
            findings.report(
                "the persona has no machine: machines/ beside this file holds no .json file", at: reader.offset)
        }
        guard let items = reader.array("machines") else { return names.sorted() }
        var order: [String] = []
        for item in items {
            guard case .string(let name) = item.kind else {
                findings.report("\"machines\" lists machine keys, not \(item.typeName)", at: item.offset)
                continue
            }
            if order.contains(name) {
                findings.report("the machine \"\(name)\" is listed twice", at: item.offset)
            } else if !names.contains(name) {
                findings.report(
                    "there is no machines/\(name).json" + Suggestion.text(for: name, among: names), at: item.offset)
            } else {
                order.append(name)
            }
        }
        for name in names.sorted() where !order.contains(name) {
            findings.report(
                "\"machines\" does not list \"\(name)\", whose file exists; list it or remove the file",
                at: reader.position(of: "machines"))
        }
        return order
    }

    private func links(_ reader: ObjectReader, _ names: [String], _ machines: [String: Machine]) -> [PlacedLink] {
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
            let link = Link(source: source.id, target: target.id, condition: condition, isAutoAdvance: isAutoAdvance)
            return PlacedLink(link: link, offset: item.offset)
        }
    }

    private func machineKey(_ key: String, _ reader: ObjectReader, _ names: [String]) -> String? {
        guard let name = reader.requiredText(key) else { return nil }
        if names.contains(name) { return name }
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

/// A machine link and where it stands.
struct PlacedLink {
    let link: Link
    let offset: Int
}

import Dialogue
import Exact
import Fixtures
import JSON

/// Decodes the stories of one file: one, or a list whose items take what they do not say from the file.
struct StoryDecoder {
    let findings: Findings
    let catalog: Catalog?
    let file: String

    /// The most turns of a story: a mistake should not run for minutes.
    static let turnLimit = 10_000

    /// What a story says of itself besides its turns.
    private struct Heading {
        /// Whether it names a persona, known or not.
        var namesPersona = false
        var persona: Persona?
        var machine: Machine?
        var player = Player(name: "Sam", gender: .nonBinary)
        var seed = 1
        var clock = Story.standardClock
        var variables: Texts = [:]
        var begins = Story.Beginning.greeting
    }

    func stories(_ reader: ObjectReader) -> [Story] {
        defer { reader.finish() }
        let name = reader.nameIfAny("name")
        let isList = reader.value("stories") != nil
        if isList, reader.value("turns") != nil {
            findings.report(
                "the file has \"turns\" of one story and a list of \"stories\"; keep one of them",
                at: reader.position(of: "turns"))
        }
        let heading = heading(reader, Heading(), isWhole: !isList)
        guard isList else {
            return [story(reader, heading, name: name ?? fileName)].compactMap(\.self)
        }
        if name != nil {
            findings.report("a list of stories has no name; each story has", at: reader.position(of: "name"))
        }
        var names: Set<ExactText> = []
        let items = reader.array("stories") ?? []
        if items.isEmpty {
            findings.report("\"stories\" must list at least one story", at: reader.position(of: "stories"))
        }
        return items.enumerated().compactMap { place, item in
            guard let reader = ObjectReader(item, "a story", findings) else { return nil }
            defer { reader.finish() }
            let name = reader.nameIfAny("name") ?? "story \(place + 1)"
            if !names.insert(name) {
                findings.report("the story \"\(name)\" stands twice", at: reader.position(of: "name"))
            }
            return story(reader, self.heading(reader, heading, isWhole: true), name: name)
        }
    }

    private var fileName: String {
        let last = String(file.unicodeScalars.split(separator: "/").last ?? "".unicodeScalars[...])
        return last.ends(with: ".story.json") ? String(last.dropLast(".story.json".count)) : last
    }

    private func story(_ reader: ObjectReader, _ heading: Heading, name: String) -> Story? {
        let line = findings.line(of: reader.offset)
        let decoder = TurnDecoder(findings: findings, persona: heading.persona)
        let turns = decoder.turns(reader, on: heading.machine)
        guard let turns, let persona = heading.persona, let machine = heading.machine else { return nil }
        if heading.begins == .opener, machine.entries.opener == nil {
            findings.warn(
                "the machine \"\(machine.key)\" has no opener, so the story \"\(name)\" cannot begin with one",
                at: reader.position(of: "begins"))
        }
        if turns.allSatisfy(\.expectations.isEmpty) {
            findings.warn("the story \"\(name)\" expects nothing, so it only fails by an error", at: reader.offset)
        }
        return Story(
            name: name, file: file, line: line, persona: persona, machine: machine, player: heading.player,
            seed: heading.seed, clock: heading.clock, variables: heading.variables, begins: heading.begins, turns: turns
        )
    }

    /// - Parameter isWhole: whether it must name its persona, here or above.
    private func heading(_ reader: ObjectReader, _ above: Heading, isWhole: Bool) -> Heading {
        var heading = above
        if let slug = reader.textIfAny("persona") {
            heading.namesPersona = true
            heading.persona = persona(slug, reader)
            (heading.machine, heading.variables) = (nil, [:])
        } else if isWhole, !above.namesPersona, reader.value("persona") == nil {
            let _: String? = reader.missing("persona")
        }
        if let key = reader.textIfAny("machine") {
            heading.machine = machine(key, of: heading.persona, reader)
            if !isWhole, reader.value("persona") == nil {
                findings.report(
                    "\"machine\" needs the \"persona\" whose machine it is", at: reader.position(of: "machine"))
            }
        }
        if isWhole, reader.value("machine") == nil, heading.machine == nil {
            heading.machine = heading.persona?.defaultMachine
        }
        player(reader, &heading.player)
        heading.seed = reader.integer("seed", in: Int.min...Int.max) ?? above.seed
        heading.clock = clock(reader) ?? above.clock
        heading.begins = reader.choice("begins", Story.Beginning.self) ?? above.begins
        heading.variables.merge(variables(reader, heading.persona)) { $1 }
        return heading
    }

    private func persona(_ slug: String, _ reader: ObjectReader) -> Persona? {
        guard let catalog else { return nil }
        if let persona = catalog.personas.first(where: { $0.slug === slug }) { return persona }
        findings.report(
            "\"persona\" names no persona: \"\(slug)\""
                + Suggestion.text(for: slug, among: catalog.personas.map(\.slug)),
            at: reader.position(of: "persona"))
        return nil
    }

    private func machine(_ key: String, of persona: Persona?, _ reader: ObjectReader) -> Machine? {
        guard let persona else { return nil }
        if let machine = persona.machines.first(where: { $0.key === key }) { return machine }
        findings.report(
            "\"machine\" names no machine of \"\(persona.slug)\": \"\(key)\""
                + Suggestion.text(for: key, among: persona.machines.map(\.key)), at: reader.position(of: "machine"))
        return nil
    }

    /// A name, or an object of name and gender.
    private func player(_ reader: ObjectReader, _ player: inout Player) {
        guard let value = reader.value("player") else { return }
        guard value.members != nil else {
            if let name = reader.nameIfAny("player") { player = Player(name: name, gender: player.gender) }
            return
        }
        guard let item = reader.object("player", "the player") else { return }
        defer { item.finish() }
        let name = item.nameIfAny("name") ?? player.name
        player = Player(name: name, gender: item.choice("gender", Gender.self) ?? player.gender)
    }

    private func clock(_ reader: ObjectReader) -> Timestamp? {
        guard let text = reader.text("clock") else { return nil }
        if let time = Timestamp(text: text) { return time }
        findings.report(
            "\"clock\" must be a time such as 2026-03-10T12:00:00Z or 2026-03-10T13:00:00+01:00, from 1970 to 2261, "
                + "not \"\(text)\"", at: reader.position(of: "clock"))
        return nil
    }

    private func variables(_ reader: ObjectReader, _ persona: Persona?) -> Texts {
        var variables: Texts = [:]
        guard let item = reader.object("variables", "\"variables\"") else { return [:] }
        for member in reader.value("variables")?.members ?? [] {
            _ = item.value(member.key)
            persona?.check(variable: member.key, at: member.keyOffset, findings)
            guard let text = item.text(member.key) else { continue }
            variables[member.key] = text
        }
        return variables
    }
}

extension ObjectReader {
    /// A name that is not blank; nil, without a report, when it is not there. So with a text.
    func nameIfAny(_ key: String) -> String? { value(key) == nil ? nil : requiredName(key) }

    func textIfAny(_ key: String) -> String? { value(key) == nil ? nil : requiredText(key) }
}

extension Persona {
    /// The variables that it can have: its own, and those that its machines set.
    private var variableNames: [String] {
        variables.keys.map(\.text)
            + machines.flatMap { $0.outputs.map(\.key) + ["outcome.\($0.key)", "score.\($0.key)"] }
    }

    func check(variable name: String, at offset: Int, _ findings: Findings) {
        let known = variableNames
        guard !known.contains(where: { $0 === name }) else { return }
        findings.report(
            "\"\(name)\" is no variable of \"\(slug)\", nor one that a machine sets"
                + Suggestion.text(for: name, among: known), at: offset)
    }
}

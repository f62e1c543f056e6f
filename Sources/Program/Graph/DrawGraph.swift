import Dialogue
import Exact
import Fixtures

/// `foilmock graph`: draws a persona's machines.
struct DrawGraph: Command {
    enum Format: String, CaseIterable {
        case mermaid, dot, svg
    }

    /// A slug; nil: the only persona.
    let persona: String?
    /// Nil: all machines, and their links.
    let machine: String?
    let fixtures: String?
    let format: Format
    /// The file of a coverage.
    let coverage: String?

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "graph", summary: "Draw a persona's machines as a diagram",
            usage: ["graph [PERSONA] [OPTIONS]"],
            about: [
                "States are boxes, transitions are arrows with their decision, score and condition in short. Ends are boxes with a "
                    + "double line, and name their outcome. The diagram is written to standard output.",
                "GitHub, GitLab and many editors show Mermaid. An SVG is drawn by Graphviz, which must be installed.",
            ],
            operands: [
                .init(placeholder: "PERSONA", isRequired: false, help: "The name of its folder (the only persona)")
            ],
            options: [
                CommandOption(
                    flag: "--machine", placeholder: "KEY", help: "Draw this machine alone (all, and their links)"),
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR", help: "The fixture folder (the one that serve would use)"),
                CommandOption(flag: "--format", placeholder: Placeholder(formats), help: "What is written (mermaid)"),
                CommandOption(
                    flag: "--reached", placeholder: "FILE",
                    help: "Mark what stories reach: the JSON of foilmock test --coverage --format json"),
            ],
            examples: [
                .init(line: "foilmock graph warden --format svg > warden.svg", help: "Draw a character:"),
                .init(
                    line: "foilmock graph warden --machine gate --reached coverage.json",
                    help: "What the stories reach of a machine:"),
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        persona = input.operand(0)
        machine = input["--machine"]
        fixtures = input["--fixtures"]
        format = input["--format"].flatMap(Format.init) ?? .mermaid
        coverage = input["--reached"]
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let graph = try graph(environment)
        switch format {
        case .mermaid:
            let text = Mermaid.text(graph)
            try Terminal.out(Array("\(text)\n".utf8))
            if graph.edgeCount > Mermaid.edgeLimit || !text.hasScalars(atMost: Mermaid.textLimit) {
                Terminal.error(
                    "warning: as it is set up, Mermaid draws at most \(Mermaid.edgeLimit) arrows and \(Mermaid.textLimit) "
                        + "characters; use --machine, or --format svg")
            }
        case .dot: try Terminal.out(Array("\(Dot.text(graph))\n".utf8))
        case .svg: try Graphviz.drawSVG(Dot.text(graph), in: environment)
        }
        return App.Exit.success
    }

    func graph(_ environment: Environment = [:]) throws(AppError) -> Graph {
        let source = try FixtureSource.chosen(fixtures, environment)
        let catalog = try source.catalog(of: try source.files(), else: "nothing is drawn")
        let persona = try catalog.chosen(persona)
        guard let key = machine else {
            let parts = try coverage.map { path throws(AppError) in
                try ReachedParts(path, of: persona, persona.machines)
            }
            return PersonaDrawing.graph(of: persona, parts)
        }
        guard let machine = persona.machines.first(where: { $0.key === key }) else {
            let keys = persona.machines.map(\.key)
            let near = Suggestion.text(for: key, among: keys)
            let known = near.isEmpty ? "; there are \(Words.list(keys.map { "\"\($0)\"" }, "and"))" : near
            throw .failure("\"\(persona.slug)\" has no machine \"\(key)\"\(known)")
        }
        let parts = try coverage.map { path throws(AppError) in try ReachedParts(path, of: persona, [machine]) }
        return Graph(groups: [MachineDrawing(machine, parts?.machines[machine.id]).group])
    }
}

extension Catalog {
    /// The persona of a slug; without one the only persona.
    func chosen(_ slug: String?) throws(AppError) -> Persona {
        let slugs = personas.map(\.slug)
        let all = Words.list(slugs.map { "\"\($0)\"" }, "and")
        guard let slug else {
            guard personas.count == 1 else { throw .failure("name one of the personas: \(all)") }
            return personas[0]
        }
        if let persona = personas.first(where: { $0.slug === slug }) { return persona }
        let near = Suggestion.text(for: slug, among: slugs)
        throw .failure("there is no persona \"\(slug)\"" + (near.isEmpty ? "; there are \(all)" : near))
    }
}

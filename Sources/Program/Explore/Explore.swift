import Dialogue
import EventLoop
import Exact
import Exploration
import Fixtures
import Stories

/// `foilmock explore`: walks through machines, and reports what conversations reach and what they cannot.
struct Explore: Command {
    enum Format: String, CaseIterable {
        case text, json
    }

    /// The slug of a persona; nil: all.
    let persona: String?
    /// The key of a machine; nil: all.
    let machine: String?
    /// Nil: those that `serve` would use.
    let fixtures: String?
    let depth: Int
    let turns: Int
    let seed: Int
    let seconds: Int
    let format: Format
    /// The folder for a story of each ending and finding.
    let output: String?

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "explore", summary: "Walk through all conversations of a persona, and find what none reaches",
            usage: ["explore [PERSONA] [OPTIONS]"],
            about: [
                "Messages are made from the conditions of the machines. Found are states and endings that no conversation "
                    + "reaches, dead ends, soft locks, transitions that never fire and links that never unlock, each with a "
                    + "conversation that shows it; and for each ending a shortest one. docs/explore.md describes it.",
                "The same fixtures and options give the same output, unless the time is up.",
            ],
            operands: [
                .init(
                    placeholder: "PERSONA", isRequired: false,
                    help: "One, by its folder's name, its id or its name (all)")
            ],
            options: [
                CommandOption(flag: "--machine", placeholder: "KEY", help: "Report on this machine (all)"),
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR", help: "The personas (those that serve would use)"),
                CommandOption(
                    flag: "--depth", placeholder: "N", help: "The most turns of a conversation (9000)"),
                CommandOption(
                    flag: "--turns", placeholder: "N", help: "The most turns taken for one machine (500000)"),
                CommandOption(
                    flag: "--time", placeholder: "SECONDS", help: "Stop after this time, for all personas (60)"),
                CommandOption(
                    flag: "--seed", placeholder: "N", help: "What random walks derive from, beyond the bounds (1)"),
                CommandOption(
                    flag: "--write", placeholder: "DIR",
                    help: "Write a story of each ending and finding into this folder, in place of those before"),
                CommandOption(
                    flag: "--format", placeholder: Placeholder(formats),
                    help: "Lines for people, or JSON for programs (text)"),
            ],
            examples: [
                .init(line: "foilmock explore --fixtures my-fixtures", help: "All personas of a folder:"),
                .init(line: "foilmock explore warden --machine gate", help: "One machine:"),
                .init(
                    line: "foilmock explore --fixtures my-fixtures --write my-fixtures/stories/explored",
                    help: "Keep stories of what was found:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "nothing was found wanting"), .init(code: "1", meaning: "there are findings"),
                .init(code: "2", meaning: "nothing was walked: the fixtures cannot be read, or have no such machine"),
                .usage,
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        persona = input.operand(0)
        machine = input["--machine"]
        var folder = input["--fixtures"]
        while let path = folder, path.utf8.count > 1, path.ends(with: "/") { folder?.unicodeScalars.removeLast() }
        fixtures = folder
        let standard = ExplorationLimits()
        depth = try Explore.number("--depth", 1...standard.depth, standard.depth, input)
        turns = try Explore.number("--turns", 1...1_000_000_000, standard.turns, input)
        seconds = try Explore.number("--time", 1...1_000_000, 60, input)
        seed = try Explore.number("--seed", 0...Int.max, standard.seed, input)
        format = input["--format"].flatMap(Format.init) ?? .text
        output = input["--write"]
    }

    private static func number(
        _ flag: String, _ range: ClosedRange<Int>, _ standard: Int, _ input: CommandInput
    ) throws(AppError) -> Int {
        guard let text = input[flag] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .usage(
                "\(flag) must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// Prints the report. Returns the exit code.
    func run(_ environment: Environment) -> Int32 {
        do {
            let source = try FixtureSource.chosen(fixtures, environment)
            let report = try Progress.around("exploring") { progress throws(AppError) in
                try explored(source, progress)
            }
            let root = if case .folder(let folder) = source { "\(folder)/" } else { "" }
            switch format {
            case .text: try Terminal.out(ExploreText.text(report, below: root))
            case .json: try Terminal.out(ExploreJSON.bytes(report, below: root) + [UInt8(ascii: "\n")])
            }
            if let output { try ExploredStories(folder: output).write(report) }
            return report.hasFaults ? App.Exit.failure : App.Exit.success
        } catch {
            Terminal.error(error.painted)
            return App.Exit.notPlayed
        }
    }

    private func explored(_ source: FixtureSource, _ progress: Progress) throws(AppError) -> ExploreReport {
        let end = Instant.now() + .seconds(seconds)
        let catalog = try source.catalog(of: try source.files(), else: "nothing is explored")
        let personas = try chosen(catalog)
        var limits = ExplorationLimits()
        (limits.depth, limits.turns, limits.seed) = (depth, turns, seed)
        limits.isOver = { Instant.now() > end }
        let stories = try StorySources(of: source).files.flatMap { StoryFile($0, for: catalog).stories }
        var report = ExploreReport(catalog: catalog, only: machine)
        for persona in personas {
            let own = stories.filter { $0.persona === persona }
            let samples = own.flatMap(\.turns).compactMap { turn in
                if case .say(let line, _) = turn.action { line } else { nil }
            }
            let exploration = Exploration(
                of: persona, samples: samples, stories: try Explore.parts(reachedBy: own, catalog, limits.isOver),
                limits
            ) { machine in
                progress.say("exploring \(persona.slug) \(machine.key)")
            }
            try report.add(exploration, isOver: limits.isOver)
        }
        return report
    }

    /// What the stories reach that pass, as long as there is time.
    private static func parts(
        reachedBy stories: [Story], _ catalog: Catalog, _ isOver: () -> Bool
    ) throws(AppError) -> StoryParts {
        var parts = StoryParts()
        for story in stories where !isOver() {
            var own = StoryParts()
            let verdict = try StoryPlayer.verdict(on: story, catalog) { reach, machine in own.add(reach, on: machine) }
            if verdict.passed { parts.add(own) }
        }
        return parts
    }

    private func chosen(_ catalog: Catalog) throws(AppError) -> [Persona] {
        var personas = catalog.personas
        if let persona {
            do throws(ChatError) {
                personas = [try ChatNames.persona(persona, in: catalog)]
            } catch {
                throw .failure(error.message)
            }
        }
        guard let key = machine else { return personas }
        let machines = personas.flatMap(\.machines)
        personas = personas.filter { $0.machines.contains { $0.key === key } }
        if personas.isEmpty {
            throw .failure("there is no machine \"\(key)\"\(Suggestion.text(for: key, among: machines.map(\.key)))")
        }
        return personas
    }
}

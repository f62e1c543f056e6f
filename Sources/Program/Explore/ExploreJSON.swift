import Dialogue
import Exact
import Exploration
import JSON

/// The report on an exploration for programs.
enum ExploreJSON {
    /// One object.
    /// - Parameter folder: what the paths of files begin with.
    static func bytes(_ report: ExploreReport, below folder: String) -> [UInt8] {
        let machines = report.explorations.flatMap { exploration in
            report.machines(of: exploration).map { machine($0, of: exploration.persona) }
        }
        let findings = report.explorations.flatMap { exploration in
            report.findings(of: exploration).map { finding($0, of: exploration.persona, below: folder) }
        }
        return JSONValue.object([
            .init("passed", .bool(!report.hasFaults)),
            .init("findings", .array(findings)),
            .init("not_replayed", .integer(report.notReplayed)),
            .init("internal_errors", .array(report.differences.map { .string($0) })),
            .init("machines", .array(machines)),
        ]).bytes
    }

    private static func finding(_ finding: Finding, of persona: Persona, below folder: String) -> JSONValue {
        .object([
            .init("kind", .string(finding.kind.rawValue)),
            .init("is_fault", .bool(finding.isFault)),
            .init("persona", .string(persona.slug)),
            .init("machine", .string(finding.machine)),
            .init("file", .string("\(folder)\(finding.file)")),
            .init("line", .integer(finding.line)),
            .init("message", .string(finding.message)),
            .init("transcript", finding.transcript.map(transcript) ?? .null),
        ])
    }

    private static func machine(_ explored: MachineExploration, of persona: Persona) -> JSONValue {
        .object([
            .init("persona", .string(persona.slug)),
            .init("machine", .string(explored.machine.key)),
            .init("configurations", .integer(explored.configurations)),
            .init("turns", .integer(explored.turns)),
            .init("stopped_by", explored.stop.map { .string($0.rawValue) } ?? .null),
            .init("endings", .array(explored.endings.map { ending($0, explored) })),
        ])
    }

    private static func ending(_ found: FoundEnding, _ explored: MachineExploration) -> JSONValue {
        .object([
            .init("state", found.state.map { .string($0.text) } ?? .null),
            .init("outcome", .string(found.outcome.rawValue)),
            .init("by", .string(found.rule(on: explored))),
            .init("least_score", .integer(found.scores.lowerBound)),
            .init("most_score", .integer(found.scores.upperBound)),
            .init("is_open", .bool(explored.goesBeyond)),
            .init("transcript", transcript(found.transcript)),
        ])
    }

    /// The story, which has what each turn came to.
    private static func transcript(_ transcript: Transcript) -> JSONValue {
        (try? JSONReader.read(transcript.story(named: "transcript"))) ?? .null
    }
}

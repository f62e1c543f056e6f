import Dialogue
import Exact
public import Fixtures
public import JSON

/// The stories of one file, and its mistakes and warnings.
public struct StoryFile: Sendable {
    /// Empty when the file has a mistake.
    public let stories: [Story]
    /// The mistakes, or else the warnings, ordered by place.
    public let diagnostics: [Diagnostic]

    public var hasMistakes: Bool { diagnostics.contains { $0.severity == .error } }

    /// - Parameter catalog: the personas that stories can name; nil: they are not known, and no name is checked.
    public init(_ file: FixtureFile, for catalog: Catalog?) {
        let findings = Findings(file)
        var stories: [Story] = []
        if let value = findings.parse(file), let reader = ObjectReader(value, "the file", findings) {
            stories = StoryDecoder(findings: findings, catalog: catalog, file: file.path).stories(reader)
        }
        self.stories = findings.count == 0 ? stories : []
        diagnostics = (findings.count == 0 ? findings.warnings : findings.diagnostics).sorted()
    }

    /// A warning for a JSON file in the folder of stories that is not read as one.
    public static func warning(about path: String) -> Diagnostic? {
        guard path.begins(with: "stories/"), path.ends(with: ".json"), !path.ends(with: ".story.json") else {
            return nil
        }
        return Diagnostic(
            .warning, file: path, message: "nothing reads this file: the name of a story ends with .story.json")
    }

    /// Writes a file of one story, a line for each member and each turn.
    /// - Parameter members: those before `turns`.
    public static func text(_ members: [(String, JSONValue)], turns: [JSONValue]) -> [UInt8] {
        func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }
        let head = members.map { "  \(text(.string($0.0))): \(text($0.1)),\n" }.joined()
        let lines = turns.map { "    \(text($0))" }.joined(separator: ",\n")
        return Array("{\n\(head)  \"turns\": [\n\(lines)\n  ]\n}\n".utf8)
    }
}

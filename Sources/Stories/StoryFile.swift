import Dialogue
import Exact
public import Fixtures
public import JSON

/// The stories of one file, and its mistakes and warnings.
public struct StoryFile: Sendable {
    /// Empty when the file has a mistake.
    public let stories: [Story]
    /// The stories that the file lists, also those with mistakes; 0: it cannot be read.
    public let count: Int
    /// The mistakes, or else the warnings, ordered by place.
    public let diagnostics: [Diagnostic]

    public var hasMistakes: Bool { diagnostics.contains { $0.severity == .error } }

    /// - Parameter catalog: the personas that stories can name; nil: they are not known, and no name is checked.
    public init(_ file: FixtureFile, for catalog: Catalog?) {
        let findings = Findings(file)
        var (stories, count): ([Story], Int) = ([], 0)
        if let value = findings.parse(file), let reader = ObjectReader(value, "the file", findings) {
            stories = StoryDecoder(findings: findings, catalog: catalog, file: file.path).stories(reader)
            count = value["stories"]?.array?.count ?? 1
        }
        self.count = count
        self.stories = findings.count == 0 ? stories : []
        diagnostics = (findings.count == 0 ? findings.warnings : findings.diagnostics).sorted()
    }

    /// A warning for a file of a fixture folder that its author meant as a story, and that is not read as one.
    public static func warning(about path: String) -> Diagnostic? {
        let isInPlace = path.begins(with: "stories/")
        let name = path.lowercased()
        if path.ends(with: ".story.json") {
            guard !isInPlace, !path.begins(with: "personas/") else { return nil }
            return Diagnostic(.warning, file: path, message: "nothing reads this file: stories are in stories/")
        }
        let isMeant = [".story.json", ".story.json5", ".story.jsonc"].contains { name.ends(with: $0) }
        guard isMeant || isInPlace && name.ends(with: ".json") else { return nil }
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

    /// What an entry that was passed over means for stories; nil: it can be none, and hold none.
    /// - Parameter isInPlace: whether the folder that was read holds stories alone, not fixtures.
    public static func finding(about entry: FixtureFolder.LeftOut, isInPlace: Bool) -> Diagnostic? {
        guard isInPlace || entry.path.begins(with: "stories/") || entry.path === "stories" else { return nil }
        guard entry.isFolder || entry.path.lowercased().ends(with: ".story.json") else { return nil }
        return Diagnostic(file: entry.path, message: entry.reason)
    }
}

import Exact

/// One file of a fixture folder: its path below the folder, and its bytes.
public struct FixtureFile: Sendable {
    public let path: String
    public let bytes: [UInt8]
    /// Why its bytes were not read; nil: they were, or are not needed.
    let mistake: String?

    public init(path: String, bytes: [UInt8]) { self.init(path: path, bytes: bytes, mistake: nil) }

    private init(path: String, bytes: [UInt8], mistake: String?) {
        (self.path, self.bytes, self.mistake) = (path, bytes, mistake)
    }

    /// A file that is not read. It is reported beside the mistakes in the others.
    static func unread(_ path: String, _ mistake: String) -> FixtureFile {
        FixtureFile(path: path, bytes: [], mistake: mistake)
    }

    /// Whether it is a story: `stories/…/<name>.story.json`. Stories belong to no catalog.
    public var isStory: Bool {
        if case .story = FixturePath(path) { true } else { false }
    }
}

/// The kind of a file in a fixture folder, by its path.
enum FixturePath {
    case accounts
    case persona(slug: String)
    case machine(slug: String)
    /// A photo for lines: its path below the persona's folder.
    case media(slug: String, path: String)
    /// A conversation to play. A server does not read it.
    case story
    /// Another file, such as a note, a licence or a ready file.
    case other
    /// A JSON file that its author meant as a fixture, by its path, and that nothing reads.
    case misplaced

    init(_ path: String) {
        let parts = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.count, parts.first) {
        case (1, "accounts.json"): self = .accounts
        case (3, "personas") where parts[2] == "persona.json": self = .persona(slug: parts[1])
        case (4, "personas") where parts[2] == "machines" && parts[3].ends(with: ".json"):
            self = .machine(slug: parts[1])
        case (4..., "personas") where parts[2] == "media":
            self = .media(slug: parts[1], path: parts[2...].joined(separator: "/"))
        case (2..., "stories") where path.ends(with: ".story.json"): self = .story
        default: self = FixturePath.isMeantAsFixture(parts) ? .misplaced : .other
        }
    }

    /// Whether the path is below `personas/`, is that of a persona or a machine in another place, or is nearly
    /// `accounts.json`.
    private static func isMeantAsFixture(_ parts: [String]) -> Bool {
        guard let name = parts.last, name.ends(with: ".json"), !parts.dropLast().contains("media") else { return false }
        if parts.count == 1 {
            return !Suggestion.text(for: name, among: ["accounts.json"]).isEmpty || name === "persona.json"
        }
        return parts.first === "personas" || name === "persona.json" || parts.dropLast().contains("machines")
    }

    /// Whether the file was meant as a fixture but for its ending, which editors give to JSON with comments, and some
    /// systems write in capitals.
    static func isMisnamed(_ path: String) -> Bool {
        let parts = path.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let ending = parts.last.map(String.init), ending != "json",
            ["json", "jsonc", "json5"].contains(ending.lowercased())
        else { return false }
        let named = String(path.unicodeScalars.dropLast(ending.unicodeScalars.count)) + "json"
        switch FixturePath(named) {
        case .accounts, .persona, .machine: return true
        default: return false
        }
    }

    /// Whether an entry that cannot be looked at may be a fixture, or a folder of fixtures.
    static func wouldBeFixture(_ path: String) -> Bool {
        switch FixturePath(path) {
        case .accounts, .persona, .machine: true
        case .media, .misplaced, .story, .other: canHoldFixtures(path)
        }
    }

    /// Whether it is the path of a folder in which fixtures are: `personas`, a persona's, or its `machines`. A name with
    /// an extension is a file's.
    static func canHoldFixtures(_ path: String) -> Bool {
        let parts = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.first === "personas", parts.last?.utf8.contains(UInt8(ascii: ".")) == false else { return false }
        return parts.count <= 2 || parts.count == 3 && parts[2] === "machines"
    }

    /// The last part of a path, without `.json`.
    static func fileName(_ path: String) -> String {
        String((path.unicodeScalars.split(separator: "/").last ?? "".unicodeScalars[...]).dropLast(5))
    }
}

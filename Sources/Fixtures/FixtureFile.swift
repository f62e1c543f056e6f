import Exact

/// One file of a fixture folder: its path below the folder, and its bytes.
public struct FixtureFile: Sendable {
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// The kind of a file in a fixture folder, by its path.
enum FixturePath {
    case accounts
    case persona(slug: String)
    case machine(slug: String)
    /// A photo for lines: its path below the persona's folder.
    case media(slug: String, path: String)
    /// Another file, such as a note or a licence.
    case other
    /// A JSON file at a path that is never read.
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
        default: self = path.ends(with: ".json") && !parts.dropLast().contains("media") ? .misplaced : .other
        }
    }

    /// The last part of a path, without `.json`.
    static func fileName(_ path: String) -> String {
        String((path.unicodeScalars.split(separator: "/").last ?? "".unicodeScalars[...]).dropLast(5))
    }
}

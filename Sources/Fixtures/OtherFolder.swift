import Exact

/// The folder that was meant, when the one that was named is a level too deep or not deep enough.
enum OtherFolder {
    /// Where it is, behind a semicolon; nil when nothing shows it. Of several the nearest is named.
    static func hint(from paths: [String]) -> String? {
        let places = paths.compactMap(place(of:))
        return places.min { $0.depth < $1.depth }?.hint
    }

    private static func place(of path: String) -> (depth: Int, hint: String)? {
        let parts = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1 where parts[0] === "persona.json":
            return (1, "; this is the folder of one persona: name the one two above it")
        case 2 where parts[1] === "persona.json":
            return (2, "; this is the folder \"personas\": name the one above it")
        case 4... where isPersona(parts.suffix(3)):
            return (
                parts.count, "; there is one below \"\(parts.dropLast(3).joined(separator: "/"))\": name that folder"
            )
        default: return nil
        }
    }

    private static func isPersona(_ parts: ArraySlice<String>) -> Bool {
        if case .persona = FixturePath(parts.joined(separator: "/")) { true } else { false }
    }
}

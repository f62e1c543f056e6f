import Exact

/// Names of files made from texts that are not to be trusted.
enum FileName {
    /// The most bytes of a name: `.json` fits beside it.
    static let limit = 100
    /// Names that Windows keeps for devices, whatever their case: a folder with one could not be checked out there.
    private static let devices = Set(
        ["con", "prn", "aux", "nul"] + (0...9).flatMap { ["com\($0)", "lpt\($0)"] })

    /// The text, if a file can have it for a name: letters, digits, `_` and `-`; else its slug, else `other`.
    static func of(_ text: String, else other: String) -> String {
        if isSafe(text) { return text }
        var slug = Slug.of(text)
        while slug.utf8.count > limit { slug.unicodeScalars.removeLast() }
        if devices.contains(slug) { slug += "_" }
        return isSafe(slug) ? slug : other
    }

    /// Such a name for each text, no two alike, also where the system does not tell large letters from small ones.
    static func distinct(_ texts: [String]) -> [String] {
        var taken: Set<String> = []
        // The last number behind each name.
        var numbers: [String: Int] = [:]
        return texts.map { text in
            let name = of(text, else: "machine")
            var free = name
            while !taken.insert(free.lowercased()).inserted {
                numbers[name, default: 1] += 1
                free = "\(name)-\(numbers[name] ?? 1)"
            }
            return free
        }
    }

    private static func isSafe(_ text: String) -> Bool {
        guard (1...limit).contains(text.utf8.count), text.unicodeScalars.first != "-",
            !devices.contains(text.lowercased())
        else { return false }
        return text.unicodeScalars.allSatisfy {
            $0 == "_" || $0 == "-"
                || ($0.isASCII ? $0.properties.isAlphabetic || $0.properties.numericType != nil : isLetter($0))
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .nonspacingMark, .spacingMark:
            true
        default: false
        }
    }
}

import Stories

/// What was expected beside what came, for people: long texts are cut to the part in which they differ.
enum MismatchTable {
    /// The most characters of a cell; twice as many for the reply in which a part is missing.
    private static let width = 80
    /// How many characters are shown before the one that differs.
    private static let before = 40

    /// - Parameter file: the file of the story, for the places.
    static func lines(_ mismatches: [Mismatch], _ file: String) -> [Painted] {
        let rows = [("", "expected", "actual")] + mismatches.map(row)
        let places = [""] + mismatches.map { "\(file):\($0.line)".shownInLine }
        let remarks = [nil] + mismatches.map(remark)
        let key = rows.map(\.0.count).max() ?? 0
        let expected = rows.map(\.1.count).max() ?? 0
        let actual = rows.map(\.2.count).max() ?? 0
        var lines: [Painted] = []
        for (row, (place, remark)) in zip(rows, zip(places, remarks)) {
            let cells = "    \(padded(row.0, key))  \(padded(row.1, expected))  "
            lines.append(
                place.isEmpty ? Painted(cells + row.2) : "\(cells)\(padded(row.2, actual))  \(place, .place)")
            if let remark { lines.append(Painted("    \(padded("", key))  \(remark)")) }
        }
        return lines
    }

    private static func row(_ mismatch: Mismatch) -> (String, String, String) {
        let key = mismatch.key.shownInLine
        let (expected, actual) = (mismatch.expected.shownInLine, mismatch.actual.shownInLine)
        guard mismatch.difference != nil else { return (key, cut(expected, width * 2), cut(actual, width * 2)) }
        let common = zip(expected.unicodeScalars, actual.unicodeScalars).prefix { $0 == $1 }.count
        return (key, window(expected, around: common), window(actual, around: common))
    }

    /// The place of the difference, where the cells do not show it.
    private static func remark(_ mismatch: Mismatch) -> String? {
        guard let difference = mismatch.difference else { return nil }
        let isLong = [mismatch.expected, mismatch.actual].contains { !$0.unicodeScalars.dropFirst(width).isEmpty }
        return isLong || difference.isHardToSee ? difference.description : nil
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        let scalars = text.unicodeScalars
        return scalars.dropFirst(width).isEmpty ? text : "\(String(scalars.prefix(width)))…"
    }

    private static func window(_ text: String, around place: Int) -> String {
        let scalars = text.unicodeScalars
        guard !scalars.dropFirst(width).isEmpty else { return text }
        let rest = String(scalars.dropFirst(max(0, place - before)))
        return (place > before ? "…" : "") + cut(rest, width)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

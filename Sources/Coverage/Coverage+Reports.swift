import Exact
public import JSON

extension Coverage {
    /// Writes the coverage as an object: `total`, and `files` with the counts of each kind and the parts that were never
    /// reached. Paths begin with `folder`: a folder and a slash, or nothing.
    public func write(into writer: inout JSONWriter, below folder: String) {
        writer.beginObject()
        writer.key("total")
        writer.count(count())
        writer.list("files", files) { writer, file in
            writer.beginObject()
            writer.member("file", folder + file.path)
            writer.member("persona", file.persona)
            writer.member("machine", file.machine)
            for kind in CoveragePart.Kind.allCases {
                writer.key(of: kind)
                writer.count(file.count(of: kind))
            }
            writer.list("unreached", file.unreached) { writer, part in
                writer.beginObject()
                writer.member("kind", part.kind.rawValue)
                writer.member("line", part.line)
                writer.member("label", part.label)
                writer.endObject()
            }
            writer.endObject()
        }
        writer.endObject()
    }

    /// The coverage as a tracefile of lcov (man geninfo): states are functions. A line has the count of the part on it that
    /// was reached most often; where several parts begin on it, or an alternative, each is a branch. Control characters
    /// are written as U+FFFD, because a line feed would begin another record.
    public func lcov(below folder: String) -> [UInt8] {
        var text = ""
        for file in files {
            text += "TN:\nSF:\(Coverage.inLine(folder + file.path))\n"
            let states = file.parts.filter { $0.kind == .state }
            for part in states { text += "FN:\(part.line),\(Coverage.inLine(part.label))\n" }
            for part in states { text += "FNDA:\(file.count(part)),\(Coverage.inLine(part.label))\n" }
            text += "FNF:\(states.count)\nFNH:\(file.count(of: .state).reached)\n"
            let lines = Dictionary(grouping: file.parts, by: \.line).sorted { $0.key < $1.key }
            var (branches, reached) = (0, 0)
            for (line, parts) in lines where parts.count > 1 || parts[0].kind == .alternative {
                // A hyphen says that the line was never reached.
                let isReached = parts.contains { file.count($0) > 0 }
                for (place, part) in parts.enumerated() {
                    let count = file.count(part)
                    text += "BRDA:\(line),0,\(place),\(isReached ? String(count) : "-")\n"
                    branches += 1
                    reached += count > 0 ? 1 : 0
                }
            }
            text += "BRF:\(branches)\nBRH:\(reached)\n"
            let counts = lines.map { ($0.key, $0.value.map { file.count($0) }.max() ?? 0) }
            for (line, count) in counts { text += "DA:\(line),\(count)\n" }
            text += "LF:\(counts.count)\nLH:\(counts.count { $0.1 > 0 })\nend_of_record\n"
        }
        return Array(text.utf8)
    }

    private static func inLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
    }
}

extension CoveragePart.Kind {
    /// The kind in tables.
    public var plural: String {
        switch self {
        case .state: "states"
        case .transition: "transitions"
        case .alternative: "alternatives"
        case .followUp: "follow-ups"
        case .line: "lines"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func key(of kind: CoveragePart.Kind) {
        switch kind {
        case .state: key("states")
        case .transition: key("transitions")
        case .alternative: key("alternatives")
        case .followUp: key("follow_ups")
        case .line: key("lines")
        }
    }

    fileprivate mutating func count(_ count: CoverageCount) {
        beginObject()
        member("reached", count.reached)
        member("all", count.all)
        member("percent", number: count.percent)
        endObject()
    }
}

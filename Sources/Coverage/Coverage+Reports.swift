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

    /// The coverage as a tracefile of lcov (man geninfo): states are functions, alternatives are branches of the line on
    /// which they are written. A line on which other parts begin has the count of the one that was reached least, any
    /// other that of the alternative that held most often.
    public func lcov(below folder: String) -> [UInt8] {
        var text = ""
        for file in files {
            text += "TN:\nSF:\(folder)\(file.path)\n"
            let states = file.parts.filter { $0.kind == .state }
            for part in states { text += "FN:\(part.line),\(part.label)\n" }
            for part in states { text += "FNDA:\(file.count(part)),\(part.label)\n" }
            text += "FNF:\(states.count)\nFNH:\(file.count(of: .state).reached)\n"
            var branches: [Int: Int] = [:]
            for part in file.parts where part.kind == .alternative {
                let count = file.count(part)
                text += "BRDA:\(part.line),0,\(branches[part.line, default: 0]),\(count == 0 ? "-" : String(count))\n"
                branches[part.line, default: 0] += 1
            }
            let alternatives = file.count(of: .alternative)
            text += "BRF:\(alternatives.all)\nBRH:\(alternatives.reached)\n"
            var lines: [Int: Int] = [:]
            for part in file.parts where part.kind != .alternative {
                lines[part.line] = min(lines[part.line] ?? .max, file.count(part))
            }
            let others = Set(lines.keys)
            for part in file.parts where part.kind == .alternative && !others.contains(part.line) {
                lines[part.line] = max(lines[part.line] ?? 0, file.count(part))
            }
            for (line, count) in lines.sorted(by: { $0.key < $1.key }) { text += "DA:\(line),\(count)\n" }
            text += "LF:\(lines.count)\nLH:\(lines.values.count { $0 > 0 })\nend_of_record\n"
        }
        return Array(text.utf8)
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

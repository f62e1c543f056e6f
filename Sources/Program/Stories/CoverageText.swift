import Coverage

/// The coverage for people: a table, and the places of what was never reached.
enum CoverageText {
    /// - Parameter folder: what the paths of files begin with.
    static func text(_ coverage: Coverage, below folder: String) -> Painted {
        let kinds = CoveragePart.Kind.allCases
        var rows = [["coverage"] + kinds.map(\.plural)]
        for file in coverage.files {
            let name = "\(file.persona)\(file.machine.map { " \($0)" } ?? "")"
            rows.append([name.shownInLine] + kinds.map { shown(file.count(of: $0)) })
        }
        rows.append(["all"] + kinds.map { shown(coverage.count(of: $0)) })
        var lines = table(rows).map { Painted($0) }
        var unreached: [Painted] = []
        for file in coverage.files {
            for part in file.unreached {
                unreached.append(
                    "  \("\(folder)\(file.path):\(part.line)".shownInLine, .place): \(part.label.shownInLine)")
            }
        }
        if !unreached.isEmpty { lines += ["never reached:"] + unreached }
        lines.append(Painted("\(String(coverage.count().percent)) % of all parts reached"))
        return lines.joined(separator: "\n")
    }

    private static func shown(_ count: CoverageCount) -> String {
        count.all == 0 ? "-" : "\(count.reached)/\(count.all)"
    }

    private static func table(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let gap = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + gap : gap + cell.0
            }.joined(separator: "  ")
        }
    }
}

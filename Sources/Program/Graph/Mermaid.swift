import Exact

/// Writes a graph as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html).
enum Mermaid {
    /// What Mermaid draws unless it is set up otherwise (`maxEdges`, `maxTextSize`).
    static let edgeLimit = 500
    static let textLimit = 50_000

    static func text(_ graph: Graph) -> String {
        var lines = ["flowchart TD"]
        var marked: [Graph.Reach: [String]] = [:]
        for (number, group) in graph.groups.enumerated() {
            let name = { (node: Int) in "g\(number)n\(node)" }
            lines.append("  subgraph g\(number)[\(label(group.lines))]")
            for (index, node) in group.nodes.enumerated() {
                lines.append("    \(name(index))\(shaped(node))")
                if let reach = node.reach { marked[reach, default: []].append(name(index)) }
            }
            for edge in group.edges {
                let text = edge.lines.isEmpty ? "" : "|\(label(edge.lines + words(of: edge.reach)))|"
                lines.append("    \(name(edge.from)) \(arrow(edge.reach))\(text) \(name(edge.to))")
            }
            lines.append("  end")
        }
        for (reach, nodes) in [(Graph.Reach.reached, "reached"), (.unreached, "unreached")] {
            guard let names = marked[reach] else { continue }
            let style = reach == .reached ? "stroke-width:3px" : "stroke-dasharray:5 5,color:#555"
            lines.append("  classDef \(nodes) \(style)")
            lines.append("  class \(names.joined(separator: ",")) \(nodes)")
        }
        return lines.joined(separator: "\n")
    }

    private static func words(of reach: Graph.Reach?) -> [String] { reach == .unreached ? ["not reached"] : [] }

    private static func arrow(_ reach: Graph.Reach?) -> String {
        switch reach {
        case nil: "-->"
        case .reached: "==>"
        case .unreached: "-.->"
        }
    }

    private static func shaped(_ node: Graph.Node) -> String {
        let label = label(node.lines + words(of: node.reach))
        return switch node.shape {
        case .start: "((\(label)))"
        case .state: "(\(label))"
        case .ending: "[[\(label)]]"
        case .anywhere: "{{\(label)}}"
        case .machine: "[\(label)]"
        }
    }

    private static func label(_ lines: [String]) -> String {
        "\"\(lines.map(escaped).joined(separator: "<br/>"))\""
    }

    /// The text with everything that may be markup written as `#34;`: of Mermaid, of Markdown, which Mermaid reads in
    /// labels, or of HTML. Letters, digits and spaces stay, and marks inside a word or behind it.
    static func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var escaped = ""
        for (index, scalar) in scalars.enumerated() {
            let before = index > 0 ? scalars[index - 1] : " "
            let after = index + 1 < scalars.count ? scalars[index + 1] : " "
            let isPlain =
                switch scalar {
                case " ": true
                case "_", "-": isWord(before) && isWord(after)
                case ",": after == " "
                case ".", "!", "?": before.properties.isAlphabetic && after == " "
                default: isWord(scalar)
                }
            escaped += isPlain ? String(scalar) : "#\(scalar.value);"
        }
        return escaped
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .nonspacingMark,
            .spacingMark:
            true
        // Not the degree sign, with which Mermaid marks its own.
        case .otherSymbol: scalar.value > 0xFF
        default: false
        }
    }
}

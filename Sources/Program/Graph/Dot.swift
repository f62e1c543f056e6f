import Exact

/// Writes a graph in the language of Graphviz (https://graphviz.org/doc/info/lang.html).
enum Dot {
    /// With more arrows Graphviz is asked for a layout that is less good and takes a sixth of the time.
    private static let carefulLimit = 500

    private static let fonts = "Helvetica,Arial,Liberation Sans,sans-serif"
    /// Between a text and its box, in inches: twice what is usual, because the font of who looks at it may be wider than
    /// the one that Graphviz measured.
    private static let margin = "0.22,0.11"

    static func text(_ graph: Graph) -> String {
        var lines = [
            "digraph {", "  fontname=\"\(fonts)\"", "  node [fontname=\"\(fonts)\" fontsize=11 margin=\"\(margin)\"]",
            "  edge [fontname=\"\(fonts)\" fontsize=9]",
        ]
        if graph.edgeCount > carefulLimit { lines.append("  nslimit=2 nslimit1=2 mclimit=0.2") }
        for (number, group) in graph.groups.enumerated() {
            let name = { (node: Int) in "g\(number)n\(node)" }
            lines.append("  subgraph cluster_\(number) {")
            lines.append("    label=\(label(group.lines)) labeljust=l color=gray60")
            for (index, node) in group.nodes.enumerated() {
                lines.append("    \(name(index)) [label=\(label(node.lines + words(of: node.reach))) \(style(node))]")
            }
            for edge in group.edges {
                let label = label(edge.lines + words(of: edge.reach))
                lines.append("    \(name(edge.from)) -> \(name(edge.to)) [label=\(label)\(style(edge.reach))]")
            }
            lines.append("  }")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static func words(of reach: Graph.Reach?) -> [String] { reach == .unreached ? ["not reached"] : [] }

    private static func style(_ reach: Graph.Reach?) -> String {
        switch reach {
        case nil: ""
        case .reached: " penwidth=2.5"
        case .unreached: " style=dashed color=gray40 fontcolor=gray30"
        }
    }

    private static func style(_ node: Graph.Node) -> String {
        let shape =
            switch node.shape {
            case .start: "shape=circle"
            case .state: "shape=box"
            case .ending: "shape=box peripheries=2"
            case .anywhere: "shape=hexagon"
            case .machine: "shape=component"
            }
        let styles = [node.shape == .state ? "rounded" : nil, node.reach == .unreached ? "dashed" : nil]
            .compactMap(\.self).joined(separator: ",")
        let width = node.reach == .reached ? " penwidth=2.5" : ""
        let colour = node.reach == .unreached ? " color=gray40 fontcolor=gray30" : ""
        return "\(shape) style=\"\(styles)\"\(width)\(colour)"
    }

    private static func label(_ lines: [String]) -> String { "\"\(lines.map(escaped).joined(separator: "\\n"))\"" }

    /// The text inside the quotes of a label. A backslash begins an escape there, and `&` an HTML entity.
    static func escaped(_ text: String) -> String {
        text.with("&amp;", inPlaceOf: "&").with("\\\\", inPlaceOf: "\\").with("\\\"", inPlaceOf: "\"")
    }
}

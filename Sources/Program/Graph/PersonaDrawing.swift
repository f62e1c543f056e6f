import Dialogue

/// Draws a persona: its machines and their links, and then each machine.
enum PersonaDrawing {
    static func graph(of persona: Persona, _ coverage: ReachedParts?) -> Graph {
        let machines = persona.machines.map { MachineDrawing($0, coverage?.machines[$0.id]).group }
        return Graph(groups: persona.machines.count == 1 ? machines : [overview(of: persona)] + machines)
    }

    private static func overview(of persona: Persona) -> Graph.Group {
        var group = Graph.Group([ShortText.of(persona.name), "machines, and what unlocks them"])
        var nodes: [MachineID: Int] = [:]
        for machine in persona.machines {
            let isOpen = persona.isAvailable(machine, to: Dialogue.Progress())
            nodes[machine.id] = group.add(
                Graph.Node(
                    shape: .machine,
                    lines: [ShortText.of(machine.key), isOpen ? "open from the start" : "locked at first"]))
        }
        for link in persona.links {
            guard let source = nodes[link.source], let target = nodes[link.target] else { continue }
            group.add(Graph.Edge(from: source, to: target, lines: [text(link)]))
        }
        return group
    }

    private static func text(_ link: Link) -> String {
        let condition =
            switch link.condition {
            case .outcome(let outcome): outcome.rawValue
            case .scoreAtLeast(let bound): "score ≥ \(bound)"
            case .scoreAtMost(let bound): "score ≤ \(bound)"
            case .always: "always"
            }
        return link.isAutoAdvance ? "\(condition), by itself" : condition
    }
}

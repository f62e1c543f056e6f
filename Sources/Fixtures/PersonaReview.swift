import Dialogue

/// Looks for what a persona says and its author hardly means. It runs on personas without mistakes.
struct PersonaReview {
    let findings: Findings
    let reader: ObjectReader
    let persona: Persona
    let links: [PlacedLink]
    private let reachable: Set<MachineID>

    init(findings: Findings, reader: ObjectReader, persona: Persona, links: [PlacedLink]) {
        (self.findings, self.reader, self.persona, self.links) = (findings, reader, persona, links)
        reachable = persona.reachableMachines
    }

    func run() {
        for machine in persona.machines where !reachable.contains(machine.id) {
            findings.warn(
                "nobody can ever play \"\(machine.key)\": it is no entry, and no playable machine unlocks it",
                at: reader.position(of: "machine_links"))
        }
        reviewDefault()
        reviewCircles()
        reviewScores()
    }

    private func reviewDefault() {
        let machine = persona.defaultMachine
        guard !persona.isAvailable(machine, to: Progress()), reachable.contains(machine.id),
            let lock = links.first(where: { $0.link.target == machine.id })
        else { return }
        findings.warn(
            "the default machine \"\(machine.key)\" is locked: no machine is an entry, and this link leads to the first; give "
                + "one \"is_entry\": true, or list an open one first in \"machines\"",
            at: lock.offset)
    }

    private func reviewCircles() {
        for placed in links where placed.link.source == placed.link.target {
            guard let machine = persona.machine(placed.link.target), reachable.contains(machine.id) else { continue }
            findings.warn(
                "the link leads from \"\(machine.key)\" to itself and unlocks nothing: who completes a machine could "
                    + "already play it",
                at: placed.offset)
        }
    }

    /// Warns of links that wait for a score with which no session on their machine ends.
    private func reviewScores() {
        var reached: [MachineID: ClosedRange<Int>?] = [:]
        for placed in links {
            guard let source = persona.machine(placed.link.source) else { continue }
            let scores = reached[source.id] ?? Moves(source).flatMap { ScoreReach(source, $0).atEnds }
            reached[source.id] = scores
            guard let scores else { continue }
            let bound: String? =
                switch placed.link.condition {
                case .scoreAtLeast(let least) where least > scores.upperBound: "at most \(scores.upperBound)"
                case .scoreAtMost(let most) where most < scores.lowerBound: "at least \(scores.lowerBound)"
                default: nil
                }
            guard let bound else { continue }
            findings.warn(
                "the link never unlocks anything: \"\(source.key)\" ends with a score of \(bound)", at: placed.offset)
        }
    }
}

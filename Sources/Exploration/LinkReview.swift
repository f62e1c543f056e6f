import Dialogue

/// Makes findings of links.
struct LinkReview {
    let findings: [Finding]

    init(_ persona: Persona, _ travels: Travels, _ machines: [MachineExploration]) {
        findings = persona.links.enumerated().compactMap { index, link in
            guard !travels.unlocking.contains(index), let source = persona.machine(link.source),
                let target = persona.machine(link.target),
                let explored = machines.first(where: { $0.machine.id == source.id })
            else { return nil }
            let name = "the link from \"\(source.key)\" to \"\(target.key)\""
            let why: String
            if target.isEntry {
                why = "\"\(target.key)\" is an entry, which is open from the beginning"
            } else if !travels.playable.contains(source.id) {
                why = "nobody can play \"\(source.key)\""
            } else if !travels.held.contains(index) {
                why = "no conversation on \"\(source.key)\" ends with \(link.condition.words)"
            } else {
                // Other links have always unlocked it before.
                return nil
            }
            // Whether a machine can be played depends on all of them.
            let isOpen =
                travels.isCut
                || (travels.playable.contains(source.id) ? [explored] : machines).contains(where: \.isOpen)
            let place = "personas/\(persona.slug)/persona.json:\(link.line)"
            guard target.isEntry || !isOpen else {
                return Finding(
                    .link, on: source, at: place, "\(name) was not seen to unlock anything: \(why)", shownBy: nil)
            }
            let locks = travels.playable.contains(target.id) ? "" : ", so nobody can play \"\(target.key)\""
            return Finding(
                .link, on: source, at: place, "\(name) never unlocks anything: \(why)\(locks)",
                shownBy: LinkReview.shown(link, source, travels))
        }
    }

    /// A conversation that ends as near to the condition as one does, and what it unlocks.
    private static func shown(_ link: Link, _ source: Machine, _ travels: Travels) -> Transcript? {
        guard travels.playable.contains(source.id) else {
            return travels.playableWalk.map { Transcript(refusing: source, after: $0) }
        }
        guard let walk = travels.walks[source.id]?.first else { return nil }
        let ways = walk.endingKeys.compactMap { walk.endings[$0] }
        let arrival: Walk.Arrival? =
            switch link.condition {
            case .scoreAtLeast: ways.map(\.highest).max { $0.session.score < $1.session.score }
            case .scoreAtMost: ways.map(\.lowest).min { $0.session.score < $1.session.score }
            case .outcome, .always: ways.first?.first
            }
        guard let arrival else { return Transcript(walk, .greeting) }
        var transcript = walk.transcript(to: arrival)
        transcript.noteUnlocks()
        return transcript
    }
}

extension Link.Condition {
    var words: String {
        switch self {
        case .outcome(let outcome): "the outcome \(outcome.rawValue)"
        case .scoreAtLeast(let bound): "a score of \(bound) or more"
        case .scoreAtMost(let bound): "a score of \(bound) or less"
        case .always: "any outcome"
        }
    }
}

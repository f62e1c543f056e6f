import Dialogue

/// Makes findings of links.
struct LinkReview {
    let findings: [Finding]

    /// - Parameters:
    ///   - possible: those of walks that take all that is possible.
    ///   - travels: those of walks with messages.
    init(_ walks: Walks, possible: Travels, _ travels: Travels) {
        let persona = walks.persona
        let isProof = walks.areComplete(possible)
        findings = persona.links.enumerated().compactMap { index, link in
            guard !travels.unlocking.contains(index), let source = persona.machine(link.source),
                let target = persona.machine(link.target)
            else { return nil }
            let name = "the link from \"\(source.key)\" to \"\(target.key)\""
            let isNever = target.isEntry || isProof && !possible.unlocking.contains(index)
            let known = isNever && isProof ? possible : travels
            let why: String
            if target.isEntry {
                why = "\"\(target.key)\" is an entry, which is open from the beginning"
            } else if !known.playable.contains(source.id) {
                why = "nobody unlocks \"\(source.key)\""
            } else if !known.held.contains(index) {
                why = "no conversation on \"\(source.key)\" ends with \(link.condition.words)"
            } else {
                // Other links have always unlocked it before.
                return nil
            }
            let subject = "to \(target.key) by \(link.condition.words)"
            let place = "personas/\(persona.slug)/persona.json:\(link.line)"
            guard isNever else {
                return Finding(
                    .link, of: subject, on: source, at: place, "\(name) was not seen to unlock anything: \(why)",
                    shownBy: nil)
            }
            let locks = known.playable.contains(target.id) ? "" : ", so nobody unlocks \"\(target.key)\""
            return Finding(
                .link, of: subject, on: source, at: place, "\(name) never unlocks anything: \(why)\(locks)",
                shownBy: LinkReview.shown(link, source, walks, travels))
        }
    }

    /// A conversation that ends as near to the condition as one does, and what it unlocks.
    private static func shown(_ link: Link, _ source: Machine, _ walks: Walks, _ travels: Travels) -> Transcript? {
        guard travels.playable.contains(source.id) else {
            let first = walks.persona.machines.first { travels.playable.contains($0.id) }
            return first.flatMap { walks.byMachine[$0.id]?.first }.map { Transcript(refusing: source, after: $0) }
        }
        guard let walk = walks.byMachine[source.id]?.first else { return nil }
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

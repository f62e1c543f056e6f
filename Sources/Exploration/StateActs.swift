import Dialogue
import Exact
import Text

/// The acts that make a difference in one state: of those that no condition of the state tells apart, the first.
struct StateActs {
    let acts: [Act]
    /// The parts for which no message can be made, with the pattern that is to blame.
    let unmade: [(part: Part, pattern: String)]

    /// - Parameters:
    ///   - said: the phrases of `said` conditions.
    ///   - captures: the names of captures whose values make a difference.
    init(in state: State, of machine: Machine, _ maker: MessageMaker, said: [[Phrase]], captures: [String]) {
        let parts = Part.all(in: state, of: machine)
        let conditions = parts.map(\.when)
        let atoms = conditions.flatMap(\.atoms).filter(\.isAboutMessage) + said.map { .text(.any($0)) }
        let lengths = atoms.flatMap(\.lengths)
        let asksImage = atoms.contains { if case .image = $0 { true } else { false } }

        var made = maker.neutral.map { Act(line: $0) }
        // What comes before a part must not hold, as far as that asks for something.
        var others: [[Wish]] = []
        for part in parts {
            let own = Wish.of(part.when)
            defer {
                if let opposite = Wish.against(part.when), !opposite.allSatisfy(\.isPlain) {
                    others.append(opposite)
                }
            }
            made += maker.acts(for: own, past: others, lengths: lengths, asksImage: asksImage)
        }
        // What later turns ask for, and what no condition takes.
        for wishes in said.map({ Wish.of(.text(.any($0))) }) + [[Wish()]] {
            made += maker.acts(for: wishes, past: others, lengths: lengths, asksImage: asksImage)
        }
        if asksImage { made.append(Act(line: maker.neutral[0], hasImage: true)) }
        made += machine.entries.events.keys.sorted().map { Act(event: MatchContext.Event(id: $0.text)) }
        made.removeAll { act in act.event.map { machine.entries.events[$0.id] == nil } ?? false }
        let acts = StateActs.distinct(made, atoms, captures: captures)
        self.acts = acts
        let contexts = acts.map { MatchContext(text: $0.line, event: $0.event, hasImage: $0.hasImage) }
        unmade = parts.compactMap { part in
            let patterns = part.when.patterns
            guard let first = patterns.first else { return nil }
            // To keep a pattern from holding, or to make it, may be what another condition needs.
            let unmatched = patterns.first { pattern in !acts.contains { $0.matches(pattern) } }
            let isMade = contexts.contains { part.when.can(hold: true, in: $0) }
            return unmatched.map { (part.part, $0.source) } ?? (isMade ? nil : (part.part, first.source))
        }
    }

    private struct Trait: Hashable {
        let holds: [Bool]
        let event: ExactText?
        let captures: [String?]
    }

    private static func distinct(_ acts: [Act], _ atoms: [Matcher], captures: [String]) -> [Act] {
        var seen: Set<Trait> = []
        let patterns = captures.isEmpty ? [] : atoms.compactMap(\.pattern)
        return acts.filter { act in
            let context = MatchContext(text: act.line, event: act.event, hasImage: act.hasImage)
            var effort = Effort()
            let caught = patterns.compactMap { $0.captures(in: act.line, &effort) }
            let trait = Trait(
                holds: atoms.map { $0.holdsAlone(in: context) }, event: act.event.map { ExactText($0.id) },
                captures: captures.flatMap { name in caught.map { $0[name] } })
            return seen.insert(trait).inserted
        }
    }
}

/// A follow-up or a transition with a condition.
enum Part: Hashable {
    case followUp(StateKey, Int)
    case transition(ObjectIdentifier)

    /// One that can be tried in a state.
    struct Placed {
        let part: Part
        let when: Matcher
        /// Nil for a follow-up.
        let transition: Transition?
        /// `file:line`.
        let place: String
        let name: String
    }

    /// Those of a state, in the order in which they are tried.
    static func all(in state: State, of machine: Machine) -> [Placed] {
        let candidates = Candidates(in: state, of: machine)
        return candidates.compactMap { candidate in
            let part = Part.of(candidate, in: state.key, of: machine)
            switch candidate {
            case .followUp(let place):
                let followUp = state.followUps[place]
                return followUp.when.map {
                    Placed(
                        part: part, when: $0, transition: nil, place: machine.origin(of: followUp, in: state) ?? "",
                        name: "the follow-up of \"\(state.key)\"")
                }
            case .transition(let place):
                let transition = candidates.transitions[place]
                return transition.when.map {
                    Placed(
                        part: part, when: $0, transition: transition, place: machine.origin(of: transition) ?? "",
                        name: "the transition \(transition.words)")
                }
            }
        }
    }

    static func of(_ candidate: Candidate, in state: StateKey, of machine: Machine) -> Part {
        switch candidate {
        case .followUp(let place): .followUp(state, place)
        case .transition(let place): .transition(ObjectIdentifier(machine.transitions(from: state)[place]))
        }
    }
}

extension Transition {
    /// `s0 → s1 pass`.
    var words: String {
        "\(from?.text ?? "*")\(to.map { " → \($0)" } ?? "") \(decision.rawValue)"
    }
}

extension Act {
    /// Whether the line matches, or a text that comes with the event.
    fileprivate func matches(_ pattern: Pattern) -> Bool {
        guard let event else { return pattern.matches(line) }
        return event.context.values.contains { pattern.matches($0) }
    }
}

extension Matcher {
    var saidPhrases: [Phrase]? {
        if case .said(let phrases) = self, !phrases.isEmpty { phrases } else { nil }
    }

    fileprivate var pattern: Pattern? {
        if case .text(.pattern(let pattern)) = self { pattern } else { nil }
    }

    /// The patterns in it, also those of an event's context.
    fileprivate var patterns: [Pattern] {
        atoms.flatMap { atom -> [TextMatcher] in
            switch atom {
            case .text(let matcher): [matcher]
            case .context(_, let value): value.texts
            default: []
            }
        }.compactMap { if case .pattern(let pattern) = $0 { pattern } else { nil } }
    }

    /// Whether it can have that result with the message of a context, whatever the rest of the context is.
    fileprivate func can(hold: Bool, in context: MatchContext) -> Bool {
        switch self {
        case .every(let inside), .allOf(let inside):
            hold
                ? inside.allSatisfy { $0.can(hold: true, in: context) }
                : inside.contains { $0.can(hold: false, in: context) }
        case .some(let inside):
            hold
                ? inside.contains { $0.can(hold: true, in: context) }
                : inside.allSatisfy { $0.can(hold: false, in: context) }
        case .not(let inside): inside.can(hold: !hold, in: context)
        default: !isAboutMessage || holdsAlone(in: context) == hold
        }
    }

    /// Whether the message alone decides it.
    var isAboutMessage: Bool {
        switch self {
        case .text, .length, .event, .context, .image: true
        default: false
        }
    }

    /// Lengths on both sides of its bounds.
    fileprivate var lengths: [Int] {
        guard case .length(let range) = self else { return [] }
        return range.edges
    }
}

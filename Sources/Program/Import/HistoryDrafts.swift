import Exact
import JSON
import Text

/// Drafts conditions from what players said: words that only the lines before one transition have.
struct HistoryDrafts {
    /// A line of a player, and what came of it.
    private struct Step {
        let before: String
        let line: String
        let decision: String
        let after: String
    }

    /// What a step must agree in with a transition that it can have been.
    private struct Move: Hashable {
        let from: ExactText
        let decision: ExactText
        /// Of a pass alone: where other decisions lead depends on more than the transition.
        let to: ExactText?

        init(from: String, decision: String, to: String) {
            self.from = ExactText(from)
            self.decision = ExactText(decision)
            self.to = decision == "pass" ? ExactText(to) : nil
        }
    }

    /// The transitions of a machine by their moves.
    private struct Moves {
        let initial: String
        private var places: [Move: [Int]] = [:]

        init(_ machine: JSONValue) {
            let states = machine["states"]?.array ?? []
            initial = states.first { $0["is_initial_state"]?.bool == true }?["state_key"]?.string ?? ""
            for (place, transition) in (machine["transitions"]?.array ?? []).enumerated() {
                let text = { (key: String) in transition[key]?.string ?? "" }
                let move = Move(from: text("from_state_key"), decision: text("decision_type"), to: text("to_state_key"))
                places[move, default: []].append(place)
            }
        }

        /// How many transitions can have fired, and the first of them.
        func fitting(_ step: Step) -> (count: Int, first: Int?) {
            let lists = [step.before, "*"].compactMap {
                places[Move(from: $0, decision: step.decision, to: step.after)]
            }
            return (lists.reduce(0) { $0 + $1.count }, lists.first?.first)
        }
    }

    /// A line, and the only transition that can have fired; nil when there are several or none.
    private typealias Said = (line: String, place: Int?)

    private let machines: [Moves]
    /// By machine and state.
    private var said: [[ExactText: [Said]]]

    /// The most messages of a history, and lines of one state, that are looked at.
    private static let messageLimit = 20_000
    private static let lineLimit = 1_000
    /// The most words of one draft.
    private static let wordLimit = 8

    init(_ machines: [JSONValue]) {
        self.machines = machines.map { Moves($0) }
        said = machines.map { _ in [:] }
    }

    /// Adds the lines of a history. Returns false when it fits no machine, or several.
    mutating func add(_ history: JSONValue) -> Bool {
        let fits = machines.map { moves in
            HistoryDrafts.steps(of: history, from: moves.initial).count { moves.fitting($0).count > 0 }
        }
        guard let most = fits.max(), most > 0, fits.count(where: { $0 == most }) == 1,
            let place = fits.firstIndex(of: most)
        else { return false }
        for step in HistoryDrafts.steps(of: history, from: machines[place].initial) {
            let fitting = machines[place].fitting(step)
            said[place][step.before, default: []].append((step.line, fitting.count == 1 ? fitting.first : nil))
        }
        return true
    }

    /// The machine with drafts for transitions without a condition of their own.
    func applied(to machine: JSONValue, at place: Int) -> JSONValue {
        guard !said[place].isEmpty, var transitions = machine["transitions"]?.array else { return machine }
        let byState = said[place].mapValues { OwnWords($0.prefix(HistoryDrafts.lineLimit)) }
        let everywhere = OwnWords(
            said[place].sorted { $0.key < $1.key }.flatMap(\.value).prefix(HistoryDrafts.lineLimit))
        for (index, transition) in transitions.enumerated() where transition["when"] == nil {
            let from = transition["from_state_key"]?.string ?? ""
            let own = from == "*" ? everywhere : byState[from]
            guard let (words, count) = own?.draft(for: index), !words.isEmpty else { continue }
            transitions[index] = ConditionDraft.drafted(
                transition, words, from: "what players said in \(count) line\(count == 1 ? "" : "s") before it")
        }
        return machine.setting("transitions", to: .array(transitions))
    }

    /// The lines of players with the states around them. The messages of a turn have the state after it.
    private static func steps(of history: JSONValue, from initial: String) -> [Step] {
        var steps: [Step] = []
        var before = initial
        var pending: JSONValue?
        for message in (history["messages"]?.array ?? []).prefix(messageLimit) {
            guard message["role"]?.string === "assistant" else {
                if message["role"]?.string === "user" { pending = message }
                continue
            }
            let after = message["state_key_at_time"]?.string ?? before
            let decision = message["decision"]?.string ?? pending?["decision"]?.string
            if let line = pending?["content"]?.string, let decision {
                steps.append(Step(before: before, line: line, decision: decision, after: after))
            }
            (pending, before) = (nil, after)
        }
        return steps
    }

    /// The words of lines, by the only transition before which they were said.
    private struct OwnWords {
        /// The words of each line, by its transition.
        private var lines: [Int: [Set<ExactText>]] = [:]
        /// The words of each transition that no other line has, and in how many lines they are.
        private var own: [Int: [(word: ExactText, count: Int)]] = [:]

        init(_ said: some Sequence<Said>) {
            var counts: [ExactText: Int] = [:]
            var owners: [ExactText: Set<Int?>] = [:]
            for (line, place) in said {
                let words = Set(exact: OwnWords.words(in: line))
                if let place { lines[place, default: []].append(words) }
                for word in words {
                    counts[word, default: 0] += 1
                    owners[word, default: []].insert(place)
                }
            }
            for (word, places) in owners where places.count == 1 {
                guard let place = places.first.flatMap(\.self) else { continue }
                own[place, default: []].append((word, counts[word] ?? 0))
            }
        }

        /// So many words that each line of the transition has one if it can, and the number of its lines; nil when it has
        /// none.
        func draft(for place: Int) -> (words: [String], lines: Int)? {
            guard var open = lines[place] else { return nil }
            let count = open.count
            let ordered = (own[place] ?? []).sorted { ($1.count, $0.word) < ($0.count, $1.word) }.prefix(1_000)
            var chosen: [String] = []
            for (word, _) in ordered {
                let rest = open.filter { !$0.contains(word) }
                guard rest.count < open.count else { continue }
                chosen.append(word.text)
                open = rest
                if chosen.count == wordLimit { break }
            }
            return (chosen, count)
        }

        /// The words of a line that may tell it from others.
        private static func words(in line: String) -> [String] {
            line.lowercased().unicodeScalars.prefix(2_000).split { !ConditionDraft.isLetter($0) }.map { String($0) }
                .filter { $0.unicodeScalars.count > 2 && !common.contains($0) && Phrase($0) != nil }
        }

        private static let common: Set<String> = [
            "the", "and", "you", "your", "are", "was", "were", "for", "with", "that", "this", "have", "has", "had",
            "not", "but", "what", "can", "will", "would", "could", "should", "there", "here", "they", "them", "from",
            "just", "like", "about", "into", "out", "any", "all", "one", "how", "why", "who", "when", "where", "then",
            "than", "she", "her", "his", "him", "its", "our", "their", "did", "does", "don", "too", "very", "some",
            "please",
        ]
    }
}

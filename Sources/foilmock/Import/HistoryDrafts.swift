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

    /// The transitions of a machine, as far as steps are compared with them.
    private struct Moves {
        let initial: String
        /// The places of transitions by the state that they leave; those of `*` under it.
        let leaving: [ExactText: [Int]]
        let transitions: [JSONValue]

        init(_ machine: JSONValue) {
            let states = machine["states"]?.array ?? []
            initial = states.first { $0["is_initial_state"]?.bool == true }?["state_key"]?.string ?? ""
            transitions = machine["transitions"]?.array ?? []
            let list = transitions
            leaving = Dictionary(grouping: list.indices) { ExactText(list[$0]["from_state_key"]?.string ?? "") }
        }

        /// The places of the transitions that can have fired.
        func fitting(_ step: Step) -> [Int] {
            ((leaving[step.before] ?? []) + (leaving["*"] ?? [])).filter { place in
                let transition = transitions[place]
                guard transition["decision_type"]?.string === step.decision else { return false }
                return step.decision != "pass" || transition["to_state_key"]?.string === step.after
            }
        }
    }

    private let machines: [Moves]
    /// The lines that players said in a state, by machine and state; the place is that of the only transition that can
    /// have fired, or nil.
    private var said: [[ExactText: [(line: String, place: Int?)]]]

    /// The most lines of one state that are looked at, and words of one draft.
    private static let lineLimit = 1_000
    private static let wordLimit = 8

    init(_ machines: [JSONValue]) {
        self.machines = machines.map { Moves($0) }
        said = machines.map { _ in [:] }
    }

    /// Adds the lines of a history. Returns false when it fits no machine, or several.
    mutating func add(_ history: JSONValue) -> Bool {
        let fits = machines.map { moves in
            HistoryDrafts.steps(of: history, from: moves.initial).count { !moves.fitting($0).isEmpty }
        }
        guard let most = fits.max(), most > 0, fits.count(where: { $0 == most }) == 1,
            let place = fits.firstIndex(of: most)
        else { return false }
        for step in HistoryDrafts.steps(of: history, from: machines[place].initial) {
            let fitting = machines[place].fitting(step)
            said[place][step.before, default: []].append((step.line, fitting.count == 1 ? fitting[0] : nil))
        }
        return true
    }

    /// The machine with drafts for transitions without a condition of their own.
    func applied(to machine: JSONValue, at place: Int) -> JSONValue {
        guard !said[place].isEmpty, var transitions = machine["transitions"]?.array else { return machine }
        let everywhere = said[place].sorted { $0.key < $1.key }.flatMap(\.value)
        for (index, transition) in transitions.enumerated() where transition["when"] == nil {
            let from = transition["from_state_key"]?.string ?? ""
            let all = from == "*" ? everywhere : said[place][from] ?? []
            let lines = all.prefix(HistoryDrafts.lineLimit)
            guard lines.contains(where: { $0.place == index }) else { continue }
            let (words, count) = HistoryDrafts.words(of: index, in: lines)
            guard !words.isEmpty else { continue }
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
        for message in history["messages"]?.array ?? [] {
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

    /// Words that occur in lines of that transition and in no other line, so many that each of its lines has one if it
    /// can; and the number of its lines.
    private static func words(
        of place: Int, in lines: some Collection<(line: String, place: Int?)>
    ) -> (words: [String], lines: Int) {
        let own = lines.filter { $0.place == place }.map { Set(exact: words(in: $0.line)) }
        let others = Set(lines.filter { $0.place != place }.flatMap { words(in: $0.line).map { ExactText($0) } })
        var counts: [ExactText: Int] = [:]
        for line in own { for word in line where !others.contains(word) { counts[word, default: 0] += 1 } }
        let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var chosen: [String] = []
        var open = own
        for word in ordered where chosen.count < wordLimit {
            let rest = open.filter { !$0.contains(word) }
            if rest.count < open.count { chosen.append(word.text) }
            open = rest
        }
        return (chosen, own.count)
    }

    /// The words of a line that may tell it from others.
    private static func words(in line: String) -> [String] {
        line.lowercased().unicodeScalars.prefix(2_000).split { !ConditionDraft.isLetter($0) }.map { String($0) }
            .filter { $0.unicodeScalars.count > 2 && !common.contains($0) && Phrase($0) != nil }
    }

    private static let common: Set<String> = [
        "the", "and", "you", "your", "are", "was", "were", "for", "with", "that", "this", "have", "has", "had", "not",
        "but", "what", "can", "will", "would", "could", "should", "there", "here", "they", "them", "from", "just",
        "like", "about", "into", "out", "any", "all", "one", "how", "why", "who", "when", "where", "then", "than",
        "she", "her", "his", "him", "its", "our", "their", "did", "does", "don", "too", "very", "some", "please",
    ]
}

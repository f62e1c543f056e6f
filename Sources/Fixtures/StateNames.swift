import Dialogue
import Exact

/// The keys of a machine's states, while what names them is read.
final class StateNames {
    let terminal: Set<ExactText>
    private let states: [PlacedState]
    private let all: Set<ExactText>
    /// Whether the key of every state was read.
    private let isWhole: Bool
    private var used: Set<ExactText> = []
    private var unknown: [(name: String, key: String, offset: Int)] = []

    init(_ states: [PlacedState], isWhole: Bool) {
        self.states = states
        self.isWhole = isWhole
        all = Set(exact: states.map(\.state.key.text))
        terminal = Set(exact: states.lazy.filter(\.state.isTerminal).map(\.state.key.text))
    }

    /// Whether there is a state of that name. If not, that is a mistake; those of a file are reported later.
    /// - Parameter key: the key whose value it is.
    func use(_ name: String, as key: String, at offset: Int, _ findings: Findings) -> Bool {
        if all.contains(name) {
            used.insert(ExactText(name))
            return true
        }
        if findings.isFile {
            unknown.append((name, key, offset))
        } else {
            findings.report(StateNames.message(name, key) + suggestion(for: name), at: offset)
        }
        return false
    }

    /// Reports each unknown name once, at the first place that has it. When several places name a state that no place
    /// names rightly, that state's own key is the mistake. A name that may be that of a state whose key could not be
    /// read is no mistake.
    func reportUnknown(in findings: Findings) {
        var counts: [ExactText: Int] = [:]
        for use in unknown { counts[use.name, default: 0] += 1 }
        for (name, key, offset) in unknown {
            guard let count = counts.removeValue(forKey: ExactText(name)) else { continue }
            let near = Suggestion.nearest(to: name, among: all.map(\.text))
            if near == nil, !isWhole { continue }
            if count > 1, let near, !used.contains(near),
                let state = states.first(where: { $0.state.key.text === near })
            {
                findings.report(
                    "nothing names the state \"\(near)\", but \(count) places \"\(name)\"; did you mean \"\(name)\"?",
                    at: state.offset)
            } else {
                let others = count > 1 ? " (\(count) places name it)" : ""
                findings.report(StateNames.message(name, key) + suggestion(for: name) + others, at: offset)
            }
        }
    }

    private static func message(_ name: String, _ key: String) -> String {
        "\"\(key)\" names no state of this machine: \"\(name)\""
    }

    private func suggestion(for name: String) -> String { Suggestion.text(for: name, among: all.map(\.text)) }
}

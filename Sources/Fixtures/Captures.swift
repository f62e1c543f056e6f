import Exact
import JSON
import Text

/// The named groups of a machine's patterns, looked up before the machine is decoded.
struct Captures {
    /// The groups in conditions of transitions and follow-ups, whose captures are kept.
    private var kept: Set<ExactText> = []
    private var dropped: Set<ExactText> = []
    /// Whether all groups are known: every pattern compiles.
    private var isWhole = true

    /// The members of a machine whose conditions can keep captures.
    private static let keeping = ["states", "transitions"]
    /// Below these keys captures are dropped: a match only decides whether a condition holds or a line fits.
    private static let dropping: Set<ExactText> = ["not", "variable", "context", "says", "says_on"]

    init(of machine: JSONValue, _ findings: Findings) {
        for member in machine.members ?? [] {
            add(member.value, findings, isKept: Captures.keeping.contains { Captures.isKey(member.key, $0, findings) })
        }
    }

    private mutating func add(_ value: JSONValue, _ findings: Findings, isKept: Bool) {
        for item in value.array ?? [] { add(item, findings, isKept: isKept) }
        for member in value.members ?? [] {
            if Captures.isKey(member.key, "pattern", findings), let source = member.value.string {
                guard let pattern = try? findings.pattern(source) else {
                    isWhole = false
                    continue
                }
                let groups = Set(exact: pattern.groups)
                if isKept { kept.formUnion(groups) } else { dropped.formUnion(groups) }
            } else {
                add(member.value, findings, isKept: isKept && !Captures.dropping.contains(member.key))
            }
        }
    }

    /// Whether it is that key, in a file also when it is misspelt.
    private static func isKey(_ key: String, _ wanted: String, _ findings: Findings) -> Bool {
        key === wanted || findings.isFile && Suggestion.nearest(to: key, among: [wanted]) != nil
    }

    /// The problem with a name; nil when it can be captured, or may be by a pattern that does not compile.
    func problem(with name: String) -> String? {
        if kept.contains(name) || !isWhole { return nil }
        return dropped.contains(name)
            ? "names a group that keeps nothing" : "names no group of a pattern in this machine"
    }

    func keeps(_ name: String) -> Bool { kept.contains(name) }

    /// The remedy for the problem.
    func remedy(for name: String) -> String {
        guard dropped.contains(name) else { return Suggestion.text(for: name, among: kept.map(\.text)) }
        return
            "; put its pattern into the \"when\" of a transition or a follow-up, outside \"not\", \"variable\" and \"context\""
    }
}

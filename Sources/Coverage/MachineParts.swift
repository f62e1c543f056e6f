import Dialogue
import Exact
import Fixtures
import JSON

/// Lists the parts of a machine, or the lines of a persona, from a file that has been decoded without mistakes.
struct MachineParts {
    private(set) var parts: [CoveragePart] = []
    private var lines: JSONLines

    /// The parts of a machine.
    static func of(machine file: FixtureFile) -> [CoveragePart] {
        guard let value = try? JSONReader.read(file.bytes) else { return [] }
        var parts = MachineParts(file)
        parts.addMachine(value)
        return parts.parts
    }

    /// The lines that all machines of a persona share.
    static func of(persona file: FixtureFile) -> [CoveragePart] {
        guard let value = try? JSONReader.read(file.bytes) else { return [] }
        var parts = MachineParts(file)
        parts.addSaysOn(value, "persona")
        return parts.parts
    }

    private init(_ file: FixtureFile) { lines = JSONLines(file.bytes) }

    private mutating func add(_ kind: CoveragePart.Kind, _ name: PartName, at offset: Int, _ label: String) {
        parts.append(CoveragePart(kind: kind, name: name, line: lines.of(offset), label: label))
    }

    private mutating func addMachine(_ machine: JSONValue) {
        addLines(machine["greeting"], "greeting")
        addSaysOn(machine, "machine")
        addLines(machine["entries"]?["opener"]?["says"], "opener")
        for event in machine["entries"]?["events"]?.members ?? [] {
            addLines(event.value["says"], "event \(event.key)")
        }
        addLines(machine["entries"]?["nudge"]?["says"], "nudge")
        for state in machine["states"]?.array ?? [] { addState(state) }
        addTransitions(machine["transitions"]?.array ?? [])
    }

    private mutating func addState(_ state: JSONValue) {
        let key = state["state_key"]?.string ?? ""
        add(.state, .state(key), at: state.offset, "state \(key)")
        addLines(state["says"], "state \(key)")
        addSaysOn(state, "state \(key)")
        guard let value = state["follow_up"] else { return }
        let items = value.array ?? [value]
        // The order in which they are tried.
        let tried = items.indices.sorted {
            (items[$0]["priority"]?.integer ?? .min, $0) < (items[$1]["priority"]?.integer ?? .min, $1)
        }
        for (place, item) in items.enumerated() {
            let name = PartName.followUp(tried.firstIndex(of: place) ?? place, of: key)
            add(.followUp, name, at: item.offset, "follow-up of \(key)")
            addAlternatives(item["when"], of: name, "follow-up of \(key)", "")
            addLines(item["says"], "follow-up \(place) of state \(key)")
        }
    }

    private mutating func addTransitions(_ items: [JSONValue]) {
        // The order in which those with the same `from` are tried.
        var ranks = [Int](repeating: 0, count: items.count)
        let places = Dictionary(grouping: items.indices) { ExactText(items[$0]["from_state_key"]?.string ?? "") }
        for group in places.values {
            let tried = group.sorted { MachineParts.order(items[$0], $0) < MachineParts.order(items[$1], $1) }
            for (rank, place) in tried.enumerated() { ranks[place] = rank }
        }
        for (place, item) in items.enumerated() {
            let from = item["from_state_key"]?.string ?? ""
            let name = PartName.transition(rank: ranks[place], from: from == "*" ? nil : from)
            let target = item["to_state_key"]?.string.map { " → \($0)" } ?? ""
            let label = "\(from)\(target) \(item["decision_type"]?.string ?? "")"
            add(.transition, name, at: item.offset, label)
            addAlternatives(item["when"], of: name, label, "")
            addLines(item["says"], "transition \(place)")
        }
    }

    private static func order(_ transition: JSONValue, _ place: Int) -> (Int, Int, Int) {
        (isOtherwise(transition["when"]) ? 1 : 0, transition["priority"]?.integer ?? 0, place)
    }

    private static func isOtherwise(_ when: JSONValue?) -> Bool {
        when?["otherwise"]?.bool ?? false || when?["all_of"]?.array?.contains { isOtherwise($0) } ?? false
    }

    /// The alternatives of a condition: listed words of which one must occur, and conditions of which one must hold. A
    /// list of one has none.
    private mutating func addAlternatives(
        _ when: JSONValue?, of owner: PartName, _ label: String, _ path: String
    ) {
        for key in ["any", "said"] {
            let items = when?[key]?.array ?? []
            for (place, item) in items.enumerated() where items.count > 1 {
                let word = ExplanationText.quoted(item.string ?? "")
                add(
                    .alternative, .alternative("\(path)\(key)[\(place)]", of: owner), at: item.offset,
                    "\(path)\(key) \(word) of \(label)")
            }
        }
        for key in ["all_of", "any_of"] {
            let items = when?[key]?.array ?? []
            for (place, item) in items.enumerated() {
                let inner = "\(path)\(key)[\(place)]"
                if key == "any_of", items.count > 1 {
                    add(.alternative, .alternative(inner, of: owner), at: item.offset, "\(inner) of \(label)")
                }
                addAlternatives(item, of: owner, label, "\(inner).")
            }
        }
    }

    private mutating func addSaysOn(_ value: JSONValue, _ owner: String) {
        for decision in Decision.allCases {
            addLines(value["says_on"]?[decision.rawValue], "\(decision.rawValue) \(owner)")
        }
    }

    private mutating func addLines(_ value: JSONValue?, _ list: String) {
        guard let value else { return }
        for (place, item) in (value.array ?? [value]).enumerated() {
            let text = item.string ?? item["text"]?.string ?? item["bubbles"]?.array?.first?.string
            let shown = ExplanationText.quoted(text ?? item["photo"]?.string ?? "")
            add(.line, .line(place, of: list), at: item.offset, "line \(shown)")
        }
    }
}

import Dialogue

/// Makes machines of few words at random, in which conditions often meet the same messages.
struct RandomMachine {
    private var generator: SplitMix64
    /// Whether conditions ask for variables that a machine `gate` leaves.
    var asksVariables = false

    init(seed: Int) { generator = SplitMix64(seed: UInt64(seed)) }

    private static let phrases = [
        "fish", "fish*", "fishes", "a", "b", "a b", "b a", "hello", "he*", "hello fish", "please", "open", "cat", "7",
    ]
    private static let said = ["please", "fish", "fish*", "open", "a b"]
    private static let patterns = [
        "fish|cat", "^a", "b$", "[ab]", "fish(?:es)?", "\\\\d+", "cat", "^hello$", "hello", "(?:a|b) ?b", "\\\\w",
    ]
    private static let texts = ["fish", "hello", "a b", "7", "k", "cat"]

    /// The lines with which conversations are tried.
    static let lines =
        [
            "my fish", "my 7", "my hello", "?", "k", "hm", "fishx", "catx", "hello?", "7 7", "a hm b",
            "please open hello fish a b cat 7",
            "??????????????",
        ]
        + phrases.map { $0.filter { $0 != "*" } }
        + ["fish", "hello", "please", "a", "b", "7"].flatMap { first in
            ["fish", "please", "open", "b", "fishes"].map { "\(first) \($0)" }
        }

    // MARK: Drawing

    private mutating func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    private mutating func pick<Item>(_ items: [Item]) -> Item { items[draw(items.count)] }

    private mutating func list(_ items: [String], _ most: Int) -> String {
        let picked = (0...draw(most)).map { _ in "\"\(pick(items))\"" }
        return "[\(picked.joined(separator: ", "))]"
    }

    private mutating func range(_ least: Int, _ most: Int) -> String {
        let number = least + draw(most - least + 1)
        switch draw(4) {
        case 0: return "\(number)"
        case 1: return "{\"lte\": \(number)}"
        case 2: return "{\"gte\": \(number), \"lte\": \(number + 1)}"
        default: return "{\"gte\": \(number)}"
        }
    }

    // MARK: Conditions

    private mutating func variable() -> String {
        switch draw(4) {
        case 0: "{\"score.gate\": {\"gte\": \(draw(5) - 1)}}"
        case 1: "{\"outcome.gate\": {\"any\": [\"\(pick(["accept", "reject", "kick_out"]))\"]}}"
        case 2: "{\"word\": {\"gte\": \(draw(9))}}"
        default: "{\"word\": {\"any\": \(list(Self.phrases, 2))}}"
        }
    }

    private mutating func member() -> (key: String, value: String) {
        let kind = asksVariables && draw(3) == 0 ? 20 : draw(20)
        switch kind {
        case 20: return ("variable", variable())
        case 0...5: return ("any", list(Self.phrases, 3))
        case 6...7: return ("all", list(Self.phrases, 2))
        case 8: return ("none", list(Self.phrases, 2))
        case 9: return ("equals", "\"\(pick(Self.texts))\"")
        case 10...11: return ("pattern", "\"\(pick(Self.patterns))\"")
        case 12...13: return ("length", range(1, 12))
        case 14: return ("turn", range(1, 3))
        case 15: return ("score", range(-1, 3))
        case 16: return ("redirects", range(0, 2))
        case 17: return ("said", list(Self.said, 1))
        case 18: return ("in_follow_up", pick(["true", "false"]))
        default: return draw(3) == 0 ? ("image", pick(["true", "false"])) : ("otherwise", "true")
        }
    }

    private mutating func condition(_ depth: Int = 0) -> String {
        switch depth < 2 ? draw(10) : 9 {
        case 0: return "{\"not\": \(condition(depth + 1))}"
        case 1: return "{\"all_of\": [\(condition(depth + 1)), \(condition(depth + 1))]}"
        case 2: return "{\"any_of\": [\(condition(depth + 1)), \(condition(depth + 1))]}"
        default:
            var members: [String: String] = [:]
            for _ in 0...(draw(3) == 0 ? 1 : 0) {
                let (key, value) = member()
                members[key] = value
            }
            let text = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
            return "{\(text.joined(separator: ", "))}"
        }
    }

    private mutating func eventCondition() -> String {
        let value = draw(2) == 0 ? "{\"any\": \(list(Self.phrases, 1))}" : range(3, 5)
        let bounds = value.hasPrefix("{") ? value : "{\"eq\": \(value)}"
        return draw(2) == 0
            ? "{\"event\": \"gift\"}" : "{\"event\": \"gift\", \"context\": {\"what\": \(bounds)}}"
    }

    // MARK: Machines

    private var outputs: String { "\"output_variables\": [{\"key\": \"word\", \"from\": {\"capture\": \"word\"}}], " }

    /// A link from `gate` to `room`.
    mutating func link() -> String {
        let condition =
            switch draw(4) {
            case 0: "\"condition_type\": \"always\""
            case 1:
                "\"condition_type\": \"outcome\", \"condition_value\": \"\(pick(["ACCEPT", "REJECT", "KICK_OUT"]))\""
            case 2: "\"condition_type\": \"score_gte\", \"condition_value\": \(draw(5))"
            default: "\"condition_type\": \"score_lte\", \"condition_value\": \(draw(5) - 3)"
            }
        return "[{\"source_machine_key\": \"gate\", \"target_machine_key\": \"room\", \(condition)}]"
    }

    /// - Parameters:
    ///   - isEntry: whether it is open from the beginning.
    ///   - leavesWord: whether it leaves a word of the player's as a variable.
    mutating func json(isEntry: Bool = true, leavesWord: Bool = false) -> String {
        let count = 3 + draw(4)
        let states = (0..<count).map { place in
            let flags =
                place == 0
                ? ", \"is_initial_state\": true" : place >= count - 2 ? ", \"is_terminal_state\": true" : ""
            let followUp =
                place < count - 2 && draw(5) == 0
                ? ", \"follow_up\": {\"when\": \(condition()), \"says\": \"?\", \"limit\": \(1 + draw(2))}" : ""
            return "{\"state_key\": \"s\(place)\"\(flags)\(followUp)}"
        }
        var transitions = (0..<3 + draw(6)).map { _ in
            let from = draw(8) == 0 ? "*" : "s\(draw(count - 2))"
            let decision = pick(["pass", "pass", "pass", "pass", "redirect", "reject", "kick_out"])
            let to = decision == "pass" || draw(3) == 0 ? ", \"to_state_key\": \"s\(draw(count))\"" : ""
            let when = draw(8) == 0 ? eventCondition() : condition()
            return
                "{\"from_state_key\": \"\(from)\"\(to), \"decision_type\": \"\(decision)\", \"priority\": \(draw(4)), "
                + "\"score_delta\": \(draw(4) - 1), \"when\": \(when)}"
        }
        if leavesWord {
            transitions.append(
                """
                {"from_state_key": "s0", "to_state_key": "s\(draw(count))", "decision_type": "pass", "priority": \(draw(4)),
                "score_delta": \(draw(4)), "when": {"pattern": "my (?<word>\\\\w+)"}}
                """)
        }
        let mode = draw(3) == 0 ? "pass_fail" : "scoring"
        let limit = draw(4) == 0 ? ", \"redirect_limit\": \(1 + draw(2)), \"on_redirect_limit\": \"reject\"" : ""
        let events = "{\"gift\": {\"to_state_key\": \"s\(draw(count - 2))\", \"says\": \"Oh.\"}}"
        return """
            {"is_entry": \(isEntry), \(leavesWord ? outputs : "")"scoring_mode": "\(mode)", "pass_threshold": \(draw(4))\(limit),
            "entries": {"events": \(events)}, "states": [
            \(states.joined(separator: ",\n"))], "transitions": [
            \(transitions.joined(separator: ",\n"))]}
            """
    }
}

import Fixtures
import Testing

@Suite("What no path does is warned of, and nothing that one does")
struct DoubtfulPathTests {
    /// A machine, and the warnings about it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let machine: String
        let expected: [String]

        init(_ name: String, _ machine: String, _ expected: String...) {
            (testDescription, self.machine, self.expected) = (name, machine, expected)
        }
    }

    static func check(_ item: Case) throws {
        #expect(try DoubtfulTests.warnings(Folder.renamed("mira", gate: item.machine)) == item.expected)
    }

    /// A machine from "s" over "m" to "e", which ends with an outcome of its own.
    static func machine(
        s: String = "", m: String = "", e: String = #", "outcome": "ACCEPT""#, first: String = "", second: String = "",
        more: String = "", transitions: String = "", when: String = #"{"any": ["go"]}"#
    ) -> String {
        """
        {"states": [{"state_key": "s", "is_initial_state": true\(s)}, {"state_key": "m"\(m)},
          {"state_key": "e", "is_terminal_state": true\(e)}],
         "transitions": [
          {"from_state_key": "s", "to_state_key": "m", "decision_type": "pass", "when": \(when)\(first)},
          {"from_state_key": "m", "to_state_key": "e", "decision_type": "pass", "when": {"otherwise": true}\(second)}
          \(transitions)]\(more)}
        """
    }

    static func transition(_ from: String, _ decision: String, _ rest: String) -> String {
        ", {\"from_state_key\": \"\(from)\", \"decision_type\": \"\(decision)\", \(rest)}"
    }

    static let back = transition("m", "pass", #""to_state_key": "s", "when": {"any": ["back"]}"#)

    static let hidden =
        "this is never said: the machine's \"greeting\" is said in its place, and no transition leads back here"

    static let greetings = [
        Case("a line alone", machine(s: #", "says": "Hi.""#)),
        Case("a line hidden by the greeting", machine(s: #", "says": "Hi.""#, more: #", "greeting": "Ho.""#), hidden),
        Case(
            "a line that the greeting inserts",
            machine(s: #", "says": "Hi.""#, more: #", "greeting": "Ho. {entering}""#)),
        Case(
            "a line to which a transition leads back",
            machine(s: #", "says": "Hi.""#, more: #", "greeting": "Ho.""#, transitions: back)),
        Case(
            "a line for when the greeting has none",
            machine(
                s: #", "says": "Hi.""#,
                more: #", "greeting": {"text": "Ho.", "when": {"variable": {"outcome.gate": {"equals": "ACCEPT"}}}}"#)),
        Case("a greeting alone", machine(more: #", "greeting": "Ho.""#)),
    ]

    @Test("an initial state's line that the greeting hides", arguments: greetings)
    func greeting(_ item: Case) throws { try Self.check(item) }

    static func threshold(_ bound: String, _ most: Int) -> String {
        "no path reaches \"pass_threshold\" \(bound): the most is \(most), so each end without an \"outcome\" of its own is a "
            + "REJECT"
    }

    static func never(_ bound: String) -> String { "the transition never fires: the score is \(bound) before it" }

    static let scores = [
        Case("no score at all", machine(e: ""), threshold("3 (the default)", 0)),
        Case("too few points", machine(e: "", first: #", "score_delta": 2"#), threshold("3 (the default)", 2)),
        Case("enough points", machine(e: "", first: #", "score_delta": 2"#, second: #", "score_delta": 1"#)),
        Case("an own threshold", machine(e: "", first: #", "score_delta": 2"#, more: #", "pass_threshold": 2"#)),
        Case(
            "an own threshold out of reach",
            machine(e: "", first: #", "score_delta": 2"#, more: #", "pass_threshold": 5"#), threshold("5", 2)),
        Case("an outcome of the end's own", machine()),
        Case("pass_fail keeps no score", machine(e: "", more: #", "scoring_mode": "pass_fail""#)),
        Case(
            "a redirect with points goes round",
            machine(
                e: "", transitions: transition("m", "redirect", #""score_delta": 1, "when": {"any": ["more"]}"#))),
        Case(
            "a circle with points",
            machine(e: "", first: #", "score_delta": 1"#, transitions: back)),
        Case(
            "a reject that goes on with points",
            machine(e: "", transitions: transition("m", "reject", #""score_delta": 3, "when": {"any": ["no"]}"#))),
        Case(
            "a transition that a directive fires",
            machine(
                e: "",
                transitions: transition("m", "pass", #""to_state_key": "e", "score_delta": 3, "condition": "x""#)),
            "without \"when\" the transition fires by directive or script only"),
        Case(
            "a condition on more points than there are",
            machine(
                first: #", "score_delta": 2"#,
                transitions: transition("m", "redirect", #""when": {"score": {"gte": 3}}"#)), never("at most 2")),
        Case(
            "a condition on fewer points than there are",
            machine(
                first: #", "score_delta": 2"#,
                transitions: transition("m", "redirect", #""when": {"all_of": [{"score": 1}, {"any": ["a"]}]}"#)),
            never("at least 2")),
        Case(
            "a condition on points that there may be",
            machine(
                first: #", "score_delta": 2"#,
                transitions: transition("*", "redirect", #""when": {"score": {"gte": 1, "lte": 2}}"#)
                    + transition("m", "redirect", #""priority": 1, "when": {"not": {"score": {"gte": 3}}}"#)
                    + transition(
                        "m", "redirect", #""priority": 2, "when": {"any_of": [{"score": 9}, {"any": ["a"]}]}"#))),
    ]

    @Test("a score that no path reaches", arguments: scores)
    func score(_ item: Case) throws { try Self.check(item) }

    static let links: [(String, String?)] = [
        (#""condition_type": "score_gte", "condition_value": 3"#, "at most 2"),
        (#""condition_type": "score_gte", "condition_value": 2"#, nil),
        (#""condition_type": "score_lte", "condition_value": -1"#, "at least 0"),
        (#""condition_type": "score_lte", "condition_value": 0"#, nil),
        (#""condition_type": "always""#, nil),
    ]

    @Test("a link that waits for a score with which nothing ends", arguments: links)
    func link(_ condition: String, _ bound: String?) throws {
        let persona = """
            {"name": "Mira", "machine_links": [
             {"source_machine_key": "gate", "target_machine_key": "road", \(condition)}]}
            """
        let gate = Self.machine(
            first: #", "score_delta": 2"#, transitions: Self.transition("s", "kick_out", #""when": {"any": ["fool"]}"#))
        let files = Folder.files(persona: persona, gate: gate, road: DoubtfulTests.machine())
        let expected = bound.map { "the link never unlocks anything: \"gate\" ends with a score of \($0)" }
        #expect(try DoubtfulTests.warnings(files) == [expected].compactMap(\.self))
    }

    static func limit(_ state: String, _ target: String) -> String {
        "after 2 redirects in \"\(state)\" the next one leads to \"\(target)\": in scoring a reject goes on as a pass does; set "
            + "\"on_redirect_limit\" to \"kick_out\" to end the session, or to \"reject\" if that is meant"
    }

    static let limits = [
        Case("a limit of the machine", machine(more: #", "redirect_limit": 2"#), limit("s", "m")),
        Case("a limit of a state in which nothing is redirected", machine(m: #", "redirect_limit": 2"#)),
        Case(
            "a limit of a state with a redirect",
            machine(
                m: #", "redirect_limit": 2"#, transitions: transition("m", "redirect", #""when": {"any": ["a"]}"#)),
            limit("m", "e")),
        Case("a limit of a state", machine(s: #", "redirect_limit": 2"#), limit("s", "m")),
        Case("a reject that is meant", machine(more: #", "redirect_limit": 2, "on_redirect_limit": "reject""#)),
        Case("a kick_out", machine(more: #", "redirect_limit": 2, "on_redirect_limit": "kick_out""#)),
        Case("a pass that is meant", machine(more: #", "redirect_limit": 2, "on_redirect_limit": "pass""#)),
        Case("pass_fail ends", machine(more: #", "redirect_limit": 2, "scoring_mode": "pass_fail""#)),
        Case(
            "a reject of its own",
            machine(
                s: #", "redirect_limit": 2"#,
                transitions: transition("s", "reject", #""score_delta": -1, "when": {"any": ["no"]}"#))),
    ]

    @Test("a redirect limit beyond which a reject goes on", arguments: limits)
    func beyond(_ item: Case) throws { try Self.check(item) }

    private static func toStay(_ decision: String, _ to: String, from: String = "s") -> String {
        transition(from, decision, #""to_state_key": "\#(to)", "priority": 9, "when": {"any": ["x"]}"#)
    }

    private static let noTarget = "\"to_state_key\" has no effect: "
    private static let passFail = #", "scoring_mode": "pass_fail""#

    static let targets = [
        Case(
            "a reject that leads where a pass does", machine(transitions: toStay("reject", "e")),
            noTarget + "in scoring a reject leads where the first pass of its state leads, here to \"m\""),
        Case(
            "a reject that should stay", machine(transitions: toStay("reject", "s")),
            noTarget + "in scoring a reject leads where the first pass of its state leads, here to \"m\""),
        Case("a reject to the same place", machine(transitions: toStay("reject", "m"))),
        Case(
            "a reject of every state, which has an effect in one",
            machine(transitions: toStay("reject", "m", from: "*"))),
        Case(
            "a reject of every state", machine(transitions: toStay("reject", "s", from: "*")),
            noTarget + "in scoring a reject leads where the first pass of its state leads"),
        Case("a reject that ends", machine(more: passFail, transitions: toStay("reject", "e"))),
        Case(
            "a reject that ends elsewhere", machine(more: passFail, transitions: toStay("reject", "m")),
            noTarget + "a reject ends the session, and leads only to a terminal state"),
        Case("a kick-out that ends", machine(transitions: toStay("kick_out", "e"))),
        Case("a kick-out that stays", machine(transitions: toStay("kick_out", "s"))),
        Case(
            "a kick-out that moves", machine(transitions: toStay("kick_out", "m")),
            noTarget + "a kick_out ends the session, and leads only to a terminal state"),
        Case("a redirect", machine(transitions: toStay("redirect", "m"))),
        Case(
            "one without a condition",
            machine(transitions: transition("s", "kick_out", #""to_state_key": "m""#)),
            "without \"when\" the transition fires by directive or script only"),
    ]

    @Test("a target to which its transition never leads", arguments: targets)
    func target(_ item: Case) throws { try Self.check(item) }
}

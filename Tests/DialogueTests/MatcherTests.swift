import Testing
import Text

@testable import Dialogue

@Suite("Matchers")
struct MatcherTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let matcher: Matcher
        let context: MatchContext
        let holds: Bool

        init(_ rule: String, _ matcher: Matcher, _ context: MatchContext, _ holds: Bool) {
            (self.rule, self.matcher, self.context, self.holds) = (rule, matcher, context, holds)
        }

        init(_ rule: String, _ matcher: Matcher, _ line: String, _ holds: Bool) {
            self.init(rule, matcher, MatchContext(text: line), holds)
        }

        var testDescription: String { rule }
    }

    static func pattern(_ source: String) -> Matcher { .text(.pattern(try! Pattern(source))) }

    static let texts = [
        Case("any: some word occurs", .text(.any(words("rare", "gold"))), "Some GOLD, please", true),
        Case("any: whole words", .text(.any(words("rare", "gold"))), "rarely", false),
        Case("all: every word occurs", .text(.all(words("rare", "gold"))), "gold is rare", true),
        Case("all: not just one", .text(.all(words("rare", "gold"))), "gold", false),
        Case("none: no word occurs", .text(.none(words("rare", "gold"))), "silver", true),
        Case("none: not even one", .text(.none(words("rare", "gold"))), "gold", false),
        Case("equals: folded and trimmed", .text(.equals(FoldedText("Yes, please"))), "  YES, please ", true),
        Case("equals: the whole line", .text(.equals(FoldedText("yes"))), "yes please", false),
        Case("pattern: somewhere", pattern("g.ld"), "some Gold", true),
        Case("pattern: unfolded", pattern("cafe"), "café", false),
    ]

    @Test("any, all, none, equals and pattern look at the line (FIXTURES.md Matchers)", arguments: texts)
    func text(_ item: Case) { #expect(item.matcher.holds(in: item.context) == item.holds) }

    static func earlier(_ lines: String...) -> MatchContext {
        MatchContext(text: "now", earlier: lines.map { Line($0) })
    }

    static let saidCases = [
        Case("said: an earlier line had it", .said(words("gold")), earlier("hi", "Some GOLD"), true),
        Case("said: any of the words", .said(words("gold", "rare")), earlier("rare"), true),
        Case("said: not this line", .said(words("now")), earlier("before"), false),
        Case("said: not across lines", .said(words("some gold")), earlier("some", "gold"), false),
        Case("said: no line yet", .said(words("gold")), earlier(), false),
    ]

    @Test("said looks at the player's earlier lines alone (FIXTURES.md said)", arguments: saidCases)
    func earlierLines(_ item: Case) { #expect(item.matcher.holds(in: item.context) == item.holds) }

    static let bounds: [(NumberMatcher, [Int])] = [
        (NumberMatcher(atLeast: 2, atMost: 2), [2]), (NumberMatcher(atLeast: 2), [2, 3]),
        (NumberMatcher(atMost: 1), [0, 1]), (NumberMatcher(atLeast: 1, atMost: 2), [1, 2]),
        (NumberMatcher(), [0, 1, 2, 3]),
    ]

    @Test("length, turn, score and redirects compare a number with bounds", arguments: bounds)
    func numbers(_ bounds: NumberMatcher, _ fitting: [Int]) {
        for number in 0...3 {
            let holds = fitting.contains(number)
            let line = String(repeating: "é", count: number)
            #expect(Matcher.length(bounds).holds(in: MatchContext(text: line)) == holds, "length \(number)")
            #expect(Matcher.turn(bounds).holds(in: MatchContext(text: "", turn: number)) == holds, "turn \(number)")
            #expect(Matcher.score(bounds).holds(in: MatchContext(text: "", score: number)) == holds, "score \(number)")
            #expect(
                Matcher.redirects(bounds).holds(in: MatchContext(text: "", redirects: number)) == holds,
                "redirects \(number)")
        }
    }

    static let values: [(ValueMatcher, String?, Bool)] = [
        (ValueMatcher(texts: [.any(words("kestrel"))]), "Kestrel the Red", true),
        (ValueMatcher(texts: [.any(words("kestrel"))]), "Robin", false),
        (ValueMatcher(texts: [.equals(FoldedText("a")), .none(words("b"))]), "a", true),
        (ValueMatcher(texts: [.any(words("a")), .none(words("b"))]), "a b", false),
        (ValueMatcher(texts: [.pattern(try! Pattern("^k"))]), "Kestrel", true),
        (ValueMatcher(texts: [.none(words("b"))]), nil, false),
        (ValueMatcher(number: NumberMatcher(atLeast: 7)), "7", true),
        (ValueMatcher(number: NumberMatcher(atLeast: 7)), "6", false),
        (ValueMatcher(number: NumberMatcher(atMost: -1)), "-3", true),
        (ValueMatcher(number: NumberMatcher(atLeast: 7)), "many", false),
        (ValueMatcher(number: NumberMatcher(atLeast: 7)), "7.5", false),
        (ValueMatcher(number: NumberMatcher(atMost: 7)), "", false),
        (ValueMatcher(number: NumberMatcher(atMost: 7)), nil, false),
        (ValueMatcher(texts: [.any(words("7"))], number: NumberMatcher(atLeast: 8)), "7", false),
    ]

    @Test("variable and context compare a text or a number, and never hold without a value", arguments: values)
    func value(_ matcher: ValueMatcher, _ value: String?, _ holds: Bool) {
        let values: Texts = value.map { ["x": $0, "y": "kestrel 7 a"] } ?? ["y": "kestrel 7 a"]
        #expect(Matcher.variable("x", matcher).holds(in: MatchContext(text: "", variables: values)) == holds)
        let event = MatchContext.Event(id: "e", context: values)
        #expect(Matcher.context("x", matcher).holds(in: MatchContext(text: "", event: event)) == holds)
        #expect(!Matcher.context("x", matcher).holds(in: MatchContext(text: "", variables: values)))
    }

    static let event = MatchContext.Event(id: "story_reaction", context: ["reaction": "🔥"])

    static let turns = [
        Case("event: of that id", .event("story_reaction"), MatchContext(text: "", event: event), true),
        Case("event: of another", .event("new_follower"), MatchContext(text: "", event: event), false),
        Case("event: none", .event("story_reaction"), "story_reaction", false),
        Case(
            "context: an emoji is a word", .context("reaction", ValueMatcher(texts: [.any(words("🔥"))])),
            MatchContext(text: "", event: event), true),
        Case("image", .image(true), MatchContext(text: "", hasImage: true), true),
        Case("image: none", .image(true), "", false), Case("image: wanted away", .image(false), "", true),
        Case("in_follow_up", .inFollowUp(true), MatchContext(text: "", inFollowUp: true), true),
        Case("in_follow_up: not", .inFollowUp(true), "", false),
        Case("in_follow_up false", .inFollowUp(false), "", true),
        Case("in_follow_up false: it is one", .inFollowUp(false), MatchContext(text: "", inFollowUp: true), false),
        Case("otherwise: always on a line", .otherwise, "", true),
        Case("otherwise: never on an event", .otherwise, MatchContext(text: "hi", event: event), false),
    ]

    @Test("event, image, in_follow_up and otherwise look at the turn", arguments: turns)
    func turn(_ item: Case) { #expect(item.matcher.holds(in: item.context) == item.holds) }

    static let a = Matcher.text(.any(words("a")))
    static let b = Matcher.text(.any(words("b")))

    static let combined = [
        Case("all_of: both", .every([a, b]), "a b", true), Case("all_of: one", .every([a, b]), "a", false),
        Case("any_of: one", .some([a, b]), "b", true), Case("any_of: neither", .some([a, b]), "c", false),
        Case("not", .not(a), "b", true), Case("not: it holds", .not(a), "a", false),
        Case("nested", .some([.every([a, .not(b)]), .every([b, .not(a)])]), "b", true),
        Case("nested: both", .some([.every([a, .not(b)]), .every([b, .not(a)])]), "a b", false),
        Case("otherwise beside another", .every([a, .otherwise]), "c", false),
    ]

    @Test("all_of, any_of and not combine", arguments: combined)
    func combination(_ item: Case) { #expect(item.matcher.holds(in: item.context) == item.holds) }

    @Test("an otherwise inside not or any_of does not make a transition the last")
    func isOtherwise() {
        #expect(Matcher.otherwise.isOtherwise)
        #expect(Matcher.every([Self.a, .otherwise]).isOtherwise)
        #expect(!Matcher.some([Self.a, .otherwise]).isOtherwise)
        #expect(!Matcher.not(.otherwise).isOtherwise)
    }
}

@Suite("Captures")
struct CaptureTests {
    static func pattern(_ source: String) -> Matcher { MatcherTests.pattern(source) }

    /// What a condition that holds has caught.
    static func caught(_ matcher: Matcher, _ line: String) -> Texts? {
        var captures: Texts = [:]
        return matcher.holds(in: MatchContext(text: line), captures: &captures) ? captures : nil
    }

    static let cases: [(String, Matcher, Texts?)] = [
        ("x", pattern("(?<a>x)"), ["a": "x"]),
        ("x y", .every([pattern("(?<a>x)"), pattern("(?<b>y)")]), ["a": "x", "b": "y"]),
        ("x", .every([pattern("(?<a>x)"), pattern("(?<b>y)")]), nil),
        ("y", .some([pattern("(?<a>x)"), pattern("(?<b>y)")]), ["b": "y"]),
        ("x y", .some([pattern("(?<a>x)"), pattern("(?<b>y)")]), ["a": "x"]),
        ("x", .some([.every([pattern("(?<a>x)"), pattern("y")]), pattern("(?<b>x)")]), ["b": "x"]),
        ("y", .not(pattern("(?<a>x)")), [:]), ("x", .not(.not(pattern("(?<a>x)"))), [:]),
        ("1 2", .every([pattern("(?<a>1)"), pattern("(?<a>2)")]), ["a": "2"]),
    ]

    @Test("a condition that holds keeps what its patterns caught, except inside not", arguments: cases)
    func condition(_ line: String, _ matcher: Matcher, _ captures: Texts?) {
        #expect(Self.caught(matcher, line) == captures)
    }

    static let reply = says("{capture.a|-} {capture.b|-}")

    @Test("only the condition that held keeps captures")
    func onlyTheOne() throws {
        let never = Matcher.text(.any(words("never")))
        var talk = Talk(
            machine([
                .on(.redirect, priority: 1, when: .every([Self.pattern("(?<a>x)"), never]), says: says("no")),
                .on(.redirect, priority: 2, when: Self.pattern("(?<b>x)"), says: Self.reply),
                .on(.redirect, priority: 3, when: Self.pattern("(?<a>x)"), says: says("no")),
            ]))
        #expect(try talk.hear("x").reply == "- x")
        #expect(talk.session.memory.captures == ["b": "x"])
    }

    @Test("captures stay for the session, the latest of each name")
    func latest() throws {
        var talk = Talk(machine([.on(.redirect, when: Self.pattern("(?<a>\\d)(?<b>[a-z])?"), says: Self.reply)]))
        #expect(try talk.hear("1z").reply == "1 z")
        #expect(try talk.hear("hm").decision == .redirect)
        #expect(try talk.hear("2").reply == "2 z")
    }

    @Test("a line with a directive keeps no captures")
    func directive() throws {
        var talk = Talk(machine([.pass(to: "middle", when: Self.pattern("(?<a>x)"), says: Self.reply)]))
        #expect(try talk.hear("x [[pass]]").reply == "- -")
    }

    @Test("the condition of a reply line keeps no captures")
    func line() throws {
        let list = ReplyList(id: "l", [Reply([template("{capture.a|-}")], when: Self.pattern("(?<a>x)"))])
        var talk = Talk(machine([.on(.redirect, when: .otherwise, says: list)]))
        #expect(try talk.hear("x").reply == "-")
    }
}

@Suite("Conditions in a conversation")
struct ConditionTests {
    /// The decision on each line, by a machine with one pass and, for the rest, redirects.
    static func decisions(_ when: Matcher, score: Int = 0, _ lines: String...) throws -> [Decision?] {
        var talk = Talk(machine([.pass(to: "start", 5, when: when)]))
        talk.session.score = score
        return try lines.map { try talk.hear($0).decision }
    }

    @Test("turn counts the player's messages since init, this one included")
    func turn() throws {
        let third = Matcher.turn(NumberMatcher(atLeast: 3, atMost: 3))
        #expect(try Self.decisions(third, "a", "b", "c", "d") == [.redirect, .redirect, .pass, .redirect])
    }

    @Test("score is the score before the delta")
    func score() throws {
        #expect(
            try Self.decisions(.score(NumberMatcher(atMost: 4)), "a", "b") == [.pass, .redirect])
        #expect(try Self.decisions(.score(NumberMatcher(atLeast: 5)), "a") == [.redirect])
    }

    @Test("redirects counts the redirects of this visit before this line")
    func redirects() throws {
        #expect(
            try Self.decisions(.redirects(NumberMatcher(atLeast: 2)), "a", "b", "c", "d")
                == [.redirect, .redirect, .pass, .redirect])
    }

    @Test("said searches the lines without their directives")
    func said() throws {
        let machine = machine([.pass(to: "start", when: .said(words("gold", "redirect")))])
        #expect(machine.asksSaid)
        #expect(!DialogueTests.machine([.pass(to: "start")]).asksSaid)
        var talk = Talk(machine)
        #expect(try talk.hear("hm [[redirect]]").decision == .redirect)
        #expect(try talk.hear("gold").decision == .redirect)
        #expect(try talk.hear("hm").decision == .pass)
    }

    @Test("length counts characters of the line without its directives")
    func length() throws {
        let one = Matcher.length(NumberMatcher(atLeast: 1, atMost: 1))
        #expect(try Self.decisions(one, "🏳️‍🌈", "ab", "e\u{301}", "") == [.pass, .redirect, .pass, .redirect])
    }

    @Test("a variable that an earlier machine left wins over the persona's")
    func variable() throws {
        let list = machine([
            .pass(to: "start", when: .variable("town", ValueMatcher(texts: [.any(words("lowmarsh"))])))
        ])
        #expect(list.asksVariables)
        for (own, left, decision) in [
            ("Lowmarsh", nil, Decision.pass), ("Highmarsh", "Lowmarsh", .pass), ("Lowmarsh", "Highmarsh", .redirect),
        ] {
            var talk = Talk(list, variables: ["town": own], left: left.map { ["town": $0] } ?? [:])
            #expect(try talk.hear("hm").decision == decision)
        }
    }

    @Test("a machine asks for variables only if one of its lines names one", arguments: ["{variable.x}", "{score}"])
    func asks(_ line: String) {
        #expect(machine(greeting: says(line)).asksVariables == (line == "{variable.x}"))
        let state = State(key: key("start"), isInitial: true, followUps: [FollowUp(when: nil, says: says(line))])
        #expect(machine(states: [state]).asksVariables == (line == "{variable.x}"))
    }
}

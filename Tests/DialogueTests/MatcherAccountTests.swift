import Support
import Testing
import Text

@testable import Dialogue

@Suite("Why a matcher holds or does not")
struct MatcherAccountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let matcher: Matcher
        let context: MatchContext
        let holds: Bool
        let reasons: [String]

        init(_ matcher: Matcher, _ context: MatchContext, _ holds: Bool, _ reasons: String...) {
            (self.matcher, self.context, self.holds, self.reasons) = (matcher, context, holds, reasons)
        }

        init(_ matcher: Matcher, _ line: String, _ holds: Bool, _ reasons: String...) {
            (self.matcher, context, self.holds, self.reasons) = (matcher, MatchContext(text: line), holds, reasons)
        }

        var testDescription: String { reasons.joined(separator: " | ") }

        func check() {
            let account = matcher.account(in: context)
            #expect(account.holds == holds)
            #expect(account.reasons.map(\.description) == reasons)
        }
    }

    static func any(_ listed: String...) -> Matcher { .text(.any(listed.map { Phrase($0)! })) }

    static let texts = [
        Case(any("rare", "Gold*"), "hello there", false, #""any": none of "rare", "Gold*" occurs in "hello there""#),
        Case(any("rare"), "hello", false, #""any": "rare" does not occur in "hello""#),
        Case(any("rare", "gold*"), "Golden!", true, #""any": "gold*" occurs in "Golden!""#),
        Case(.text(.all(words("a", "b", "c"))), "b", false, #""all": none of "a", "c" occurs in "b""#),
        Case(.text(.all(words("a", "b"))), "b a", true, #""all": "a", "b" occur in "b a""#),
        Case(.text(.none(words("a", "b"))), "b", false, #""none": "b" occurs in "b""#),
        Case(.text(.none(words("a", "b"))), "c", true, #""none": none of "a", "b" occurs in "c""#),
        Case(.text(.equals(FoldedText(" Yes "))), "no", false, #""equals": "no" does not equal " Yes ""#),
        Case(any("Café", "Gold*"), "tea", false, #""any": none of "Café", "Gold*" occurs in "tea""#),
        Case(any("Café", "Gold*"), "a cafe", true, #""any": "Café" occurs in "a cafe""#),
        Case(.text(.equals(FoldedText("yes"))), " Yes", true, #""equals": " Yes" equals "yes""#),
        Case(MatcherTests.pattern("\\d+"), "no", false, #""pattern": "no" does not match "\\d+""#),
        Case(MatcherTests.pattern("\\d+"), "42", true, #""pattern": "42" matches "\\d+""#),
    ]

    @Test("the reason of a text matcher names the words and the line", arguments: texts)
    func text(_ item: Case) { item.check() }

    static let numbers = [
        Case(.score(NumberMatcher(atLeast: 5)), MatchContext(text: "", score: 3), false, #""score": 3 is not >= 5"#),
        Case(.score(NumberMatcher(atMost: 5)), MatchContext(text: "", score: 7), false, #""score": 7 is not <= 5"#),
        Case(
            .turn(NumberMatcher(atLeast: 1, atMost: 3)), MatchContext(text: "", turn: 4), false,
            #""turn": 4 is not <= 3"#),
        Case(
            .turn(NumberMatcher(atLeast: 1, atMost: 3)), MatchContext(text: "", turn: 2), true,
            #""turn": 2 is >= 1 and <= 3"#),
        Case(
            .redirects(NumberMatcher(atLeast: 2, atMost: 2)), MatchContext(text: "", redirects: 1), false,
            #""redirects": 1 is not 2"#),
        Case(
            .redirects(NumberMatcher(atLeast: 2, atMost: 2)), MatchContext(text: "", redirects: 2), true,
            #""redirects": 2 is 2"#),
        Case(.length(NumberMatcher(atLeast: 3)), "ab", false, #""length": 2 is not >= 3"#),
        Case(.length(NumberMatcher()), "ab", true, #""length": 2 is a number"#),
    ]

    @Test("the reason of a number matcher names the number and the bound that it misses", arguments: numbers)
    func number(_ item: Case) { item.check() }

    static let alias = ValueMatcher(texts: [.equals(FoldedText("zoe"))])
    static let coins = ValueMatcher(texts: [.none(words("seven"))], number: NumberMatcher(atLeast: 7))

    static func variable(_ value: String?) -> MatchContext {
        MatchContext(text: "", variables: value.map { ["alias": $0] } ?? [:])
    }

    static let event = MatchContext.Event(id: "gift", context: ["alias": "Tom"])

    static let values = [
        Case(
            .variable("alias", alias), variable("tom"), false, #""variable.alias": "tom" does not equal "zoe""#),
        Case(.variable("alias", alias), variable("Zoé"), true, #""variable.alias": "Zoé" equals "zoe""#),
        Case(.variable("alias", alias), variable(nil), false, #""variable.alias": no such variable is set"#),
        Case(.variable("alias", coins), variable("6"), false, #""variable.alias": 6 is not >= 7"#),
        Case(
            .variable("alias", coins), variable("seven"), false, #""variable.alias": "seven" is no whole number"#,
            #""variable.alias": "seven" occurs in "seven""#),
        Case(
            .variable("alias", coins), variable("8"), true, #""variable.alias": 8 is >= 7"#,
            #""variable.alias": "seven" does not occur in "8""#),
        Case(
            .context("alias", alias), MatchContext(text: "", event: event), false,
            #""context.alias": "Tom" does not equal "zoe""#),
        Case(
            .context("name", alias), MatchContext(text: "", event: event), false,
            #""context.name": the event has no such member"#),
        Case(.context("alias", alias), "", false, #""context.alias": there is no event"#),
    ]

    @Test("the reason of variable and context names the name and its value", arguments: values)
    func value(_ item: Case) { item.check() }

    static let turns = [
        Case(.event("gift"), "", false, #""event": there is no event"#),
        Case(.event("loss"), MatchContext(text: "", event: event), false, #""event": the event is "gift", not "loss""#),
        Case(.event("gift"), MatchContext(text: "", event: event), true, #""event": the event is "gift""#),
        Case(.image(true), "", false, #""image": there is no image"#),
        Case(.image(false), MatchContext(text: "", hasImage: true), false, #""image": there is an image"#),
        Case(.inFollowUp(true), "", false, #""in_follow_up": the line answers no follow-up"#),
        Case(
            .inFollowUp(true), MatchContext(text: "", inFollowUp: true), true,
            #""in_follow_up": the line answers a follow-up"#),
        Case(.otherwise, "", true, #""otherwise": nothing before it fired"#),
        Case(.otherwise, MatchContext(text: "", event: event), false, #""otherwise": it is not for events"#),
        Case(.said(words("gold")), "gold", false, #""said": there is no earlier line"#),
        Case(
            .said(words("gold")), MatcherTests.earlier("a"), false,
            #""said": "gold" does not occur in the earlier line"#),
        Case(
            .said(words("gold", "x")), MatcherTests.earlier("a", "b"), false,
            #""said": none of "gold", "x" occurs in the 2 earlier lines"#),
        Case(
            .said(words("gold", "b")), MatcherTests.earlier("a", "b gold", "b"), true,
            #""said": "gold", "b" occur in earlier line 2 of 3"#),
    ]

    @Test("event, image, in_follow_up, otherwise and said give a reason", arguments: turns)
    func turn(_ item: Case) { item.check() }

    static let (a, b, c) = (any("a"), any("b"), any("c"))

    static let combined = [
        Case(
            .every([a, b, .score(NumberMatcher(atLeast: 1))]), "b", false, #""any": "a" does not occur in "b""#,
            #""score": 0 is not >= 1"#),
        Case(.every([a, b]), "a b", true, #""any": "a" occurs in "a b""#, #""any": "b" occurs in "a b""#),
        Case(.allOf([a, b]), "a", false, #""all_of[1].any": "b" does not occur in "a""#),
        Case(
            .some([a, .every([b, .text(.none(words("c")))])]), "b c", false,
            #""any_of[0].any": "a" does not occur in "b c""#, #""any_of[1].none": "c" occurs in "b c""#),
        Case(.some([a, b, c]), "b c", true, #""any_of[1].any": "b" occurs in "b c""#),
        Case(.not(a), "a", false, #""not.any": "a" occurs in "a""#),
        Case(.not(a), "b", true, #""not.any": "a" does not occur in "b""#),
        Case(
            .not(.some([a, .allOf([b, .not(c)])])), "b", false,
            #""not.any_of[1].all_of[0].any": "b" occurs in "b""#,
            #""not.any_of[1].all_of[1].not.any": "c" does not occur in "b""#),
    ]

    @Test("the reasons of a combined matcher have the path of each part that failed, or that held", arguments: combined)
    func combination(_ item: Case) { item.check() }

    @Test("a reason is one line, with long texts and lists cut short")
    func long() {
        let listed = (1...20).map { Phrase("word\($0)")! }
        let line = "\"a\\b\"\n\t\u{7}\u{2028}" + String(repeating: "x\u{301}", count: 10_000)
        let reason = Matcher.text(.any(listed)).account(in: MatchContext(text: line)).reasons[0].text
        let told =
            #"none of "word1", "word2", "word3", "word4", "word5", "word6", "word7", "word8" and 12 more occurs in "#
            + #""\"a\\b\"\n\t\u0007\u2028x"#
        #expect(reason.unicodeScalars.starts(with: told.unicodeScalars))
        #expect(reason.hasSuffix("…\""))
        #expect(reason.unicodeScalars.count < 300)
    }

    @Test("the account agrees with the decision, and always has a reason", arguments: 0..<8)
    func agrees(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var held = 0
        for _ in 0..<1_000 {
            let matcher = RandomMachine.matcher(&random)
            let context = RandomMachine.context(&random)
            let account = matcher.account(in: context)
            #expect(account.holds == matcher.holds(in: context), "\(matcher), \(context.text)")
            #expect(!account.reasons.isEmpty, "\(matcher), \(context.text)")
            held += account.holds ? 1 : 0
        }
        // Both happen, so both were tried.
        #expect((100...900).contains(held))
    }
}

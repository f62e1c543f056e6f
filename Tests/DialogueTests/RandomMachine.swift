import Dialogue
import Support
import Text

/// Random matchers, contexts and machines of a few words, so that everything happens now and then.
enum RandomMachine {
    static let vocabulary = ["a", "b*", "c d", "é", "🔥", "7"]

    static func line(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            ["a", "bc", "c", "d", "E", "🔥", "7", "x"].randomElement(using: &random)!
        }.joined(separator: " ")
    }

    static func matcher(_ random: inout SeededGenerator, depth: Int = 3) -> Matcher {
        let inside = { (random: inout SeededGenerator) in
            (0..<Int.random(in: 1...3, using: &random)).map { _ in matcher(&random, depth: depth - 1) }
        }
        switch Int.random(in: 0..<(depth > 0 ? 17 : 13), using: &random) {
        case 0...2: return .text(text(&random))
        case 3: return .said(phrases(&random))
        case 4: return .length(number(&random))
        case 5: return .turn(number(&random))
        case 6: return .score(number(&random))
        case 7: return .redirects(number(&random))
        case 8: return .variable("v", value(&random))
        case 9: return .inFollowUp(.random(using: &random))
        case 10: return .event(["e", "f"].randomElement(using: &random)!)
        case 11: return .context("k", value(&random))
        case 12: return Bool.random(using: &random) ? .otherwise : .image(.random(using: &random))
        case 13: return .every(inside(&random))
        case 14: return .allOf(inside(&random))
        case 15: return .some(inside(&random))
        default: return .not(matcher(&random, depth: depth - 1))
        }
    }

    static func context(_ random: inout SeededGenerator) -> MatchContext {
        MatchContext(
            text: line(&random), earlier: (0..<Int.random(in: 0...2, using: &random)).map { _ in Line(line(&random)) },
            turn: Int.random(in: 1...4, using: &random), score: Int.random(in: -2...4, using: &random),
            redirects: Int.random(in: 0...3, using: &random), variables: values("v", &random),
            inFollowUp: .random(using: &random),
            event: Bool.random(using: &random) ? MatchContext.Event(id: "e", context: values("k", &random)) : nil,
            hasImage: .random(using: &random))
    }

    /// A machine of the places of all tests, of any rules.
    static func machine(_ random: inout SeededGenerator) -> Machine {
        let states = places.map { place in
            State(
                key: place.key, isInitial: place.isInitial, isTerminal: place.isTerminal, outcome: place.outcome,
                says: Bool.random(using: &random) ? list("state \(place.key)", &random) : nil,
                saysOn: Bool.random(using: &random) ? [.redirect: list("on \(place.key)", &random)] : [:],
                followUps: (0..<Int.random(in: 0...2, using: &random)).map { index in
                    FollowUp(
                        when: Int.random(in: 0..<4, using: &random) > 0 ? matcher(&random) : nil,
                        says: list("follow-up \(index) of \(place.key)", &random),
                        limit: Int.random(in: 1...2, using: &random),
                        priority: [nil, 1, 2].randomElement(using: &random)!)
                }, redirectLimit: [nil, 0, 1].randomElement(using: &random)!)
        }
        let transitions = (0..<Int.random(in: 0...8, using: &random)).map { index in
            Transition(
                from: [nil, key("start"), key("middle")].randomElement(using: &random)!,
                to: places.randomElement(using: &random)!.key,
                decision: Decision.allCases.randomElement(using: &random)!,
                scoreDelta: Int.random(in: -3...3, using: &random), priority: Int.random(in: 0...3, using: &random),
                when: Int.random(in: 0..<5, using: &random) > 0 ? matcher(&random) : nil,
                followUp: .random(using: &random),
                says: Bool.random(using: &random) ? list("transition \(index)", &random) : nil)
        }
        return DialogueTests.machine(
            mode: Machine.ScoringMode.allCases.randomElement(using: &random)!,
            redirectLimit: [nil, 1].randomElement(using: &random)!,
            onRedirectLimit: [.reject, .kickOut, .pass].randomElement(using: &random)!,
            unmatched: [.redirect, .pass].randomElement(using: &random)!, states: states, transitions)
    }

    /// What is heard in a turn: a line, with or without a directive, an event, or a reply with it.
    static func input(_ random: inout SeededGenerator) -> Session.Input {
        let directive = Decision.allCases.map(Directive.decide) + [.followUp, .delay(.zero)]
        let isOrdered = Int.random(in: 0..<6, using: &random) == 0
        let isEvent = Int.random(in: 0..<6, using: &random) == 0
        let text = line(&random)
        return Session.Input(
            message: text,
            instruction: Instruction(
                plain: text, directives: isOrdered ? [directive.randomElement(using: &random)!] : []),
            variables: values("v", &random), earlier: [line(&random)],
            event: isEvent ? MatchContext.Event(id: "e", context: values("k", &random)) : nil,
            hasImage: .random(using: &random), reply: Int.random(in: 0..<6, using: &random) == 0 ? "Given." : nil)
    }

    private static func list(_ id: String, _ random: inout SeededGenerator) -> ReplyList {
        let lines = ["One.", "{capture.x}", "{entering|} two", "{entering}", "{variable.v}"]
        return ReplyList(
            id: id,
            (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Reply(
                    [template(lines.randomElement(using: &random)!)],
                    when: Bool.random(using: &random) ? matcher(&random, depth: 1) : nil)
            }, pick: Pick.allCases.randomElement(using: &random)!)
    }

    private static func text(_ random: inout SeededGenerator) -> TextMatcher {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .any(phrases(&random))
        case 1: .all(phrases(&random))
        case 2: .none(phrases(&random))
        case 3: .equals(FoldedText(line(&random)))
        default: .pattern(try! Pattern(["a", "(?<x>b?c)", "^\\d$"].randomElement(using: &random)!))
        }
    }

    private static func phrases(_ random: inout SeededGenerator) -> [Phrase] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in Phrase(vocabulary.randomElement(using: &random)!)! }
    }

    private static func number(_ random: inout SeededGenerator) -> NumberMatcher {
        let low = Int.random(in: -1...3, using: &random)
        return [
            NumberMatcher(atLeast: low), NumberMatcher(atMost: low), NumberMatcher(atLeast: low, atMost: low),
            NumberMatcher(atLeast: low, atMost: low + 1),
        ].randomElement(using: &random)!
    }

    private static func value(_ random: inout SeededGenerator) -> ValueMatcher {
        let texts = (0..<Int.random(in: 0...2, using: &random)).map { _ in text(&random) }
        return ValueMatcher(texts: texts, number: texts.isEmpty || Bool.random(using: &random) ? number(&random) : nil)
    }

    private static func values(_ name: String, _ random: inout SeededGenerator) -> Texts {
        Bool.random(using: &random) ? [ExactText(name): ["7", "a", "1", ""].randomElement(using: &random)!] : [:]
    }
}

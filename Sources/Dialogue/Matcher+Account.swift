import Exact
public import Text

extension Matcher {
    /// Why a matcher holds, or does not.
    public struct Account: Equatable, Sendable {
        public let holds: Bool
        /// The reasons. When it holds, one for each part that had to hold; when not, one for each part that fails.
        public let reasons: [Reason]
    }

    /// What one part of a matcher found, with the names of the fixture.
    public struct Reason: Equatable, Sendable, CustomStringConvertible {
        /// The keys that lead to the part: `any_of[1].none`.
        public let path: String
        /// `none of "rare", "gold*" occurs in "hello there"`. Words are shown as the fixture writes them.
        public let text: String

        public var description: String { "\"\(path)\": \(text)" }

        fileprivate func below(_ key: String) -> Reason { Reason(path: "\(key).\(path)", text: text) }
    }

    /// The same result as `holds`, with the reasons. Each part is evaluated by `holds` only.
    public func account(in context: MatchContext, _ effort: inout Effort) -> Account {
        switch self {
        case .every(let matchers): Account(every: matchers.map { $0.account(in: context, &effort) })
        case .allOf(let matchers):
            Account(every: matchers.enumerated().map { $1.account(in: context, &effort).below("all_of[\($0)]") })
        case .some(let matchers):
            Account(some: matchers.enumerated().map { $1.account(in: context, &effort).below("any_of[\($0)]") })
        case .not(let matcher): matcher.account(in: context, &effort).below("not").opposite
        default: Account(holds: holds(in: context, &effort), reasons: reasons(in: context, &effort))
        }
    }

    /// The reasons of a matcher without inner matchers.
    private func reasons(in context: MatchContext, _ effort: inout Effort) -> [Reason] {
        switch self {
        case .text(let matcher): [matcher.reason(for: context.text, context.line, &effort)]
        case .said(let phrases): [Reason(path: "said", text: Matcher.said(phrases, context.earlier, &effort))]
        case .length(let range): [Reason(path: "length", text: range.text(for: context.text.count))]
        case .turn(let range): [Reason(path: "turn", text: range.text(for: context.turn))]
        case .score(let range): [Reason(path: "score", text: range.text(for: context.score))]
        case .redirects(let range): [Reason(path: "redirects", text: range.text(for: context.redirects))]
        case .variable(let name, let matcher):
            matcher.reasons(
                for: context.variables[name], "variable.\(name)", &effort, missing: "no such variable is set")
        case .inFollowUp:
            [Reason(path: "in_follow_up", text: "the line answers \(context.inFollowUp ? "a" : "no") follow-up")]
        case .event(let id): [Reason(path: "event", text: Matcher.happened(context.event, id))]
        case .context(let name, let matcher):
            matcher.reasons(
                for: context.event?.context[name], "context.\(name)", &effort,
                missing: context.event == nil ? "there is no event" : "the event has no such member")
        case .image: [Reason(path: "image", text: "there is \(context.hasImage ? "an" : "no") image")]
        case .otherwise:
            [
                Reason(
                    path: "otherwise",
                    text: context.event == nil ? "nothing before it fired" : "it is not for events")
            ]
        case .every, .allOf, .some, .not: []
        }
    }

    private static func said(_ phrases: [Phrase], _ lines: [Line], _ effort: inout Effort) -> String {
        for (index, line) in lines.enumerated() {
            let found = phrases.filter { $0.occurs(in: line, &effort) }
            if !found.isEmpty { return TextMatcher.present(found, in: "earlier line \(index + 1) of \(lines.count)") }
        }
        switch lines.count {
        case 0: return "there is no earlier line"
        case 1: return TextMatcher.absent(phrases, from: "the earlier line")
        default: return TextMatcher.absent(phrases, from: "the \(lines.count) earlier lines")
        }
    }

    private static func happened(_ event: MatchContext.Event?, _ wanted: String) -> String {
        guard let event else { return "there is no event" }
        let id = ExplanationText.quoted(event.id)
        return event.id === wanted ? "the event is \(id)" : "the event is \(id), not \(ExplanationText.quoted(wanted))"
    }
}

extension Matcher.Account {
    /// The account of matchers that all have to hold.
    fileprivate init(every accounts: [Matcher.Account]) {
        let holds = accounts.allSatisfy(\.holds)
        self.init(holds: holds, reasons: accounts.filter { $0.holds == holds }.flatMap(\.reasons))
    }

    /// The account of matchers one of which has to hold; the first that does decides.
    fileprivate init(some accounts: [Matcher.Account]) {
        if let first = accounts.first(where: \.holds) {
            self = first
        } else {
            self.init(holds: false, reasons: accounts.flatMap(\.reasons))
        }
    }

    fileprivate var opposite: Matcher.Account { Matcher.Account(holds: !holds, reasons: reasons) }

    fileprivate func below(_ key: String) -> Matcher.Account {
        Matcher.Account(holds: holds, reasons: reasons.map { $0.below(key) })
    }
}

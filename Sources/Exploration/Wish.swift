import Dialogue
import Exact
import Text

/// What a message must be so that a condition can hold. It leaves out what the message does not decide, such as the
/// score, and what a message does not have when nothing is done for it, such as a forbidden word.
struct Wish {
    var phrases: [Phrase] = []
    var equals: [FoldedText] = []
    var patterns: [Pattern] = []
    /// Bounds of the length, all of which hold.
    var lengths: [NumberMatcher] = []
    /// Nil: a line.
    var event: String?
    var context: [(name: String, value: ValueMatcher)] = []
    var hasImage: Bool?

    /// The most wishes of one condition. With more alternatives some are not tried.
    static let limit = 48

    /// Whether it asks for anything.
    var isPlain: Bool {
        phrases.isEmpty && equals.isEmpty && patterns.isEmpty && lengths.isEmpty && event == nil && context.isEmpty
            && hasImage == nil
    }

    /// The wishes one of which has to be met for a condition to hold, or not to hold.
    static func of(_ matcher: Matcher, holds: Bool = true) -> [Wish] {
        switch (matcher, holds) {
        case (.text(let matcher), _): of(matcher, holds: holds)
        case (.length(let range), true): [Wish(lengths: [range])]
        case (.length(let range), false):
            [range.atLeast.map { NumberMatcher(atMost: $0 - 1) }, range.atMost.map { NumberMatcher(atLeast: $0 + 1) }]
                .compactMap(\.self).map { Wish(lengths: [$0]) }
        case (.event(let id), true): [Wish(event: id)]
        case (.context(let name, let value), true): [Wish(context: [(name, value)])]
        case (.image(let wanted), _): [Wish(hasImage: wanted == holds)]
        case (.not(let matcher), _): of(matcher, holds: !holds)
        case (.every(let matchers), true), (.allOf(let matchers), true), (.some(let matchers), false):
            all(matchers.map { of($0, holds: holds) })
        case (.some(let matchers), true), (.every(let matchers), false), (.allOf(let matchers), false):
            Array(matchers.flatMap { of($0, holds: holds) }.prefix(limit))
        default: [Wish()]
        }
    }

    /// The wishes one of which keeps a condition from having a result, where the message decides that; nil: the rest of the
    /// turn alone does.
    static func against(_ matcher: Matcher, holding: Bool = true) -> [Wish]? {
        switch (matcher, holding) {
        case (.not(let matcher), _): return against(matcher, holding: !holding)
        case (.every(let matchers), true), (.allOf(let matchers), true), (.some(let matchers), false):
            let lists = matchers.compactMap { against($0, holding: holding) }
            return lists.isEmpty ? nil : Array(lists.joined().prefix(limit))
        case (.some(let matchers), true), (.every(let matchers), false), (.allOf(let matchers), false):
            let lists = matchers.compactMap { against($0, holding: holding) }
            return lists.isEmpty ? nil : all(lists)
        default: return matcher.isAboutMessage ? of(matcher, holds: !holding) : nil
        }
    }

    private static func of(_ matcher: TextMatcher, holds: Bool) -> [Wish] {
        switch (matcher, holds) {
        case (.any(let phrases), true), (.none(let phrases), false):
            phrases.prefix(limit).map { Wish(phrases: [$0]) }
        case (.all(let phrases), true): [Wish(phrases: phrases)]
        case (.equals(let text), true): [Wish(equals: [text])]
        case (.pattern(let pattern), true): [Wish(patterns: [pattern])]
        case (.none, true), (.any, false), (.all, false), (.equals, false), (.pattern, false): [Wish()]
        }
    }

    /// The wishes that meet one of each list.
    static func all(_ lists: [[Wish]]) -> [Wish] {
        lists.reduce([Wish()]) { whole, list in
            Array(whole.lazy.flatMap { wish in list.compactMap { wish.joined(to: $0) } }.prefix(limit))
        }
    }

    /// Nil when no message can meet both.
    private func joined(to other: Wish) -> Wish? {
        var wish = self
        if let event, let theirs = other.event, event !== theirs { return nil }
        if let hasImage, let theirs = other.hasImage, hasImage != theirs { return nil }
        wish.phrases += other.phrases
        wish.equals += other.equals
        wish.patterns += other.patterns
        wish.lengths += other.lengths
        wish.context += other.context
        wish.event = event ?? other.event
        wish.hasImage = hasImage ?? other.hasImage
        return wish
    }
}

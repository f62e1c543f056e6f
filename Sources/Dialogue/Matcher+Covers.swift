import Exact
import Text

extension Matcher {
    /// Whether it certainly holds whenever the other does. False when that cannot be determined.
    public func covers(_ other: Matcher) -> Bool {
        switch (self, other) {
        case (.every(let mine), _), (.allOf(let mine), _): mine.allSatisfy { $0.covers(other) }
        case (_, .every(let others)), (_, .allOf(let others)): others.contains { covers($0) }
        case (.some(let mine), _): mine.contains { $0.covers(other) }
        case (.text(let mine), .text(let other)): mine.covers(other)
        case (.otherwise, .otherwise): true
        case (.inFollowUp(let mine), .inFollowUp(let other)), (.image(let mine), .image(let other)): mine == other
        case (.event(let mine), .event(let other)): mine === other
        case (.turn(let mine), .turn(let other)), (.score(let mine), .score(let other)),
            (.length(let mine), .length(let other)), (.redirects(let mine), .redirects(let other)):
            mine.covers(other)
        default: false
        }
    }
}

extension TextMatcher {
    fileprivate func covers(_ other: TextMatcher) -> Bool {
        switch (self, other) {
        case (.any(let mine), .any(let others)): Set(others).isSubset(of: mine)
        case (.any(let mine), .all(let others)): !Set(mine).isDisjoint(with: others)
        case (.all(let mine), .all(let others)): Set(mine).isSubset(of: others)
        case (.none(let mine), .none(let others)): Set(mine).isSubset(of: others)
        case (.equals(let mine), .equals(let other)): mine == other
        case (.pattern(let mine), .pattern(let other)): mine.source == other.source
        default: false
        }
    }
}

extension NumberMatcher {
    /// Whether every number of the other fits.
    public func covers(_ other: NumberMatcher) -> Bool {
        (atLeast ?? .min) <= (other.atLeast ?? .min) && (atMost ?? .max) >= (other.atMost ?? .max)
    }
}

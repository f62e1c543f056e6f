public import Exact
import Text

extension Matcher {
    /// The captures that there are whenever it holds. Of a pattern with choices, all groups are taken.
    public var captures: Set<ExactText> {
        switch self {
        case .text(.pattern(let pattern)): Set(exact: pattern.groups)
        case .every(let matchers), .allOf(let matchers): matchers.reduce(into: []) { $0.formUnion($1.captures) }
        case .some(let matchers):
            matchers.dropFirst().reduce(matchers.first?.captures ?? []) { $0.intersection($1.captures) }
        default: []
        }
    }

    /// The conditions on the score that must hold for it.
    public var scores: [NumberMatcher] {
        switch self {
        case .score(let range): [range]
        case .every(let matchers), .allOf(let matchers): matchers.flatMap(\.scores)
        default: []
        }
    }
}

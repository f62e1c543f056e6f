import Exact
import Text

/// What is certain of a turn before anybody plays it.
public enum Scene: Sendable {
    /// Nothing.
    case any
    /// The player says something, and there is no event.
    case line
    /// The conversation begins without a word of the player's, and without an event.
    case beginning
    case event(String)
    /// The player has stopped writing.
    case nudge
    /// Somebody has written a text in public, such as a comment. There is no conversation, and so no turn.
    case publicText
}

extension Matcher {
    /// Whether it holds in every turn of a kind; nil when that depends on the turn.
    public func holds(in scene: Scene) -> Bool? {
        switch (self, scene) {
        case (.every(let matchers), _), (.allOf(let matchers), _):
            Matcher.all(matchers.map { $0.holds(in: scene) })
        case (.some(let matchers), _): Matcher.all(matchers.map { $0.holds(in: scene).map(!) }).map(!)
        case (.not(let matcher), _): matcher.holds(in: scene).map(!)
        case (.variable, _), (.image, _), (_, .any): nil
        case (.event(let id), .event(let happened)): id === happened
        case (.otherwise, .event): false
        case (_, .event): nil
        case (.event, _), (.context, _): false
        case (.otherwise, _): true
        case (_, .line), (_, .publicText): nil
        case (.turn, .nudge), (.score, .nudge), (.redirects, .nudge): nil
        case (_, .beginning), (_, .nudge): holdsAtBeginning
        }
    }

    /// Whether all are true; nil when that is not known.
    private static func all(_ results: [Bool?]) -> Bool? {
        if results.contains(false) { return false }
        return results.contains(nil) ? nil : true
    }

    private var holdsAtBeginning: Bool {
        var effort = Effort()
        return holds(in: MatchContext(text: "", turn: 0), &effort)
    }
}

public import Dialogue
public import Text

/// One thing that a story expects after a turn, and the line of the file that says so.
public struct Expectation: Sendable {
    public enum Wanted: Sendable {
        /// Nil: none.
        case decision(Decision?)
        case state(String)
        case score(Int)
        /// Nil: the conversation goes on.
        case outcome(Outcome?)
        case followUp(Bool)
        case redirectCount(Int)
        /// The keys of the machines that the turn unlocks, in any order.
        case unlocks([String])
        /// Nil: the variable is not set.
        case variable(String, String?)
        case reply(ReplyCondition)
        case error(StoryError)
    }

    public let wanted: Wanted
    public let line: Int
}

/// What the text of a reply must be. Bubbles are joined by line feeds.
public enum ReplyCondition: Sendable {
    case text(String)
    case contains(String)
    case pattern(Pattern)
}

/// Why a turn was refused.
public enum StoryError: Equatable, Sendable, CustomStringConvertible {
    public enum Reason: String, CaseIterable, Sendable {
        /// No link has unlocked the machine.
        case locked
        case noSession = "no_session"
        case ended
        case unknownEvent = "unknown_event"
        case noOpener = "no_opener"
        case noNudge = "no_nudge"
        case nudgeCooldown = "nudge_cooldown"
        case nudgeCap = "nudge_cap"
    }

    case reason(Reason)
    /// An HTTP status, such as that of a directive.
    case status(Int)
    /// What came is no whole answer, or has not what an answer of the API has; no story can expect it.
    case damaged

    /// The status by which an API says it; nil: the answer has a status below 400.
    var status: Int? {
        switch self {
        case .reason(.locked): 403
        case .reason(.noSession): 404
        case .reason(.ended), .reason(.unknownEvent): 400
        case .reason: nil
        case .status(let status): status
        case .damaged: nil
        }
    }

    public var description: String {
        switch self {
        case .reason(let reason): reason.rawValue
        case .status(let status): String(status)
        case .damaged: "a broken answer"
        }
    }
}

extension Expectation.Wanted {
    /// The key of the story file.
    public var key: String {
        switch self {
        case .decision: "decision"
        case .state: "state"
        case .score: "score"
        case .outcome: "outcome"
        case .followUp: "follow_up"
        case .redirectCount: "redirect_count"
        case .unlocks: "unlocks"
        case .variable(let name, _): "variables.\(name)"
        case .reply: "reply"
        case .error: "error"
        }
    }
}

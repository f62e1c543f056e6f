public import Exact

/// What a turn of a story came to, as far as what played it shows.
public struct TurnResult {
    /// A value, or nothing where an API does not show it.
    public enum Shown<Value> {
        case value(Value)
        case hidden
    }

    /// Nil: the turn was carried out.
    public var error: StoryError?
    /// The reasons that an API answers in the same way as this error.
    public var possible: [StoryError.Reason] = []
    /// The words of the error.
    public var message: String?
    /// The word of the decision, also one that no story can expect; nil: none.
    public var decision = Shown<String?>.hidden
    /// Nil: there is no session.
    public var state = Shown<String?>.hidden
    public var score = Shown<Int?>.hidden
    /// The word of the outcome, as with the decision.
    public var outcome = Shown<String?>.hidden
    public var followUp = Shown<Bool>.hidden
    public var redirectCount = Shown<Int?>.hidden
    /// The keys of machines.
    public var unlocks = Shown<[String]>.hidden
    public var variables = Shown<Texts>.hidden
    /// Nil: nothing was said.
    public var reply = Shown<String?>.hidden
    /// Why the turn has its result, a line each; computed when a story fails.
    public var explanation: () -> [String] = { [] }

    public init() {}
}

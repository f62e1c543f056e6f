public import Fixtures
public import JSON

extension JSONWriter {
    /// Writes limits as `RateLimits` reads them; nil as null.
    public mutating func limits(_ limits: RateLimits?) {
        guard let limits else { return null() }
        beginObject()
        member("messages_per_minute", limits.messagesPerMinute)
        member("other_per_minute", limits.otherPerMinute)
        member("window", limits.window.rawValue)
        member("scope", limits.scope.rawValue)
        endObject()
    }
}

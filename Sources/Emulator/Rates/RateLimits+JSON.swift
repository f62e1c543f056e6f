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

    /// Writes limits as `ObjectReader.limits` reads them: `server` for those of the server, null for none.
    mutating func limits(_ limits: LimitsDefinition) {
        switch limits {
        case .server: string("server")
        case .lifted: null()
        case .perMinute(let limits): self.limits(limits)
        }
    }
}

extension ObjectReader {
    /// Reads the member "limits": `server` for those of the server, null for none.
    func limits() -> LimitsDefinition {
        guard let value = value("limits") else { return missing("limits") ?? .server }
        if value.isNull { return .lifted }
        if value.string == "server" { return .server }
        guard let limits = object("limits", "the limits") else { return .server }
        for key in ["messages_per_minute", "other_per_minute", "window", "scope"] {
            let _: Bool? = limits.missing(key)
        }
        defer { limits.finish() }
        return .perMinute(RateLimits(limits))
    }
}

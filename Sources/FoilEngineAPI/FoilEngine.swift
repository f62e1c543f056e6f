public import Emulator
public import HTTP

/// The FoilEngine API as a dialect: the routes of its SDK (spec A.1).
public final class FoilEngine: Dialect {
    public let prefix = "/api/v1/"
    public let routes: [Route]
    /// Spec F.3.
    public let crossOriginFields: [String]? =
        ["Content-Type", "Authorization", Gate.keyField] + LanguageModelKey.fields

    /// How the API is set.
    public struct Options: Equatable, Sendable {
        public var pacing = Pacing()
        /// Whether init-session, message and stream need `X-LLM-API-Key` (spec H-1).
        public var requiresLLMKey = false

        public init() {}
    }

    public init(_ emulator: Emulator, options: Options = Options()) {
        let gate = Gate(emulator: emulator, requiresLLMKey: options.requiresLLMKey)
        let personas = PersonaRoutes(gate: gate)
        let sessions = SessionRoutes(gate: gate)
        let messages = MessageRoutes(gate: gate, pacing: options.pacing)
        let validation = ValidationRoutes(gate: gate)
        routes = [
            Route(.get, "/api/v1/sdk/personas", personas.list),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/init-session", sessions.begin),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/message", messages.answer),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/message/stream", messages.stream),
            Route(.post, "/api/v1/sdk/validate-llm-key", validation.validate),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/session", sessions.status),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/machines", personas.machines),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/history", sessions.history),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/reset", sessions.reset),
        ]
    }

    /// `{"error":{"message":…}}`, the only shape that the clients read (spec C).
    public func response(to failure: Failure) -> Response { failure.errorObject }
}

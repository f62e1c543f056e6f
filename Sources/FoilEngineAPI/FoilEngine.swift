public import Emulator
public import HTTP

/// The FoilEngine API as a dialect: the routes of its SDK (spec A.1).
public final class FoilEngine: Dialect {
    public let prefix = "/api/v1/"
    public let routes: [Route]

    public init(_ emulator: Emulator, pacing: Pacing = Pacing()) {
        let personas = PersonaRoutes(emulator: emulator)
        let sessions = SessionRoutes(emulator: emulator)
        let messages = MessageRoutes(emulator: emulator, pacing: pacing)
        routes = [
            Route(.get, "/api/v1/sdk/personas", personas.list),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/init-session", sessions.begin),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/message", messages.answer),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/message/stream", messages.stream),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/session", sessions.status),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/machines", personas.machines),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/history", sessions.history),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/reset", sessions.reset),
        ]
    }

    /// `{"error":{"message":…}}`, the only shape that the clients read (spec C).
    public func response(to failure: Failure) -> Response { failure.errorObject }
}

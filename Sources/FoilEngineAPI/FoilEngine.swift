public import Journal
import Embedded
public import Emulator
public import HTTP

/// The FoilEngine API as a dialect: the routes of its SDK and of its web chat (spec A).
public final class FoilEngine: Dialect {
    public let prefixes = ["/api/v1/"]
    public private(set) var routes: [Route]
    /// Spec F.3.
    public let crossOriginFields: [String]? =
        ["Content-Type", "Authorization", Gate.keyField] + LanguageModelKey.fields

    public func key(in head: RequestHead) -> String? { Gate.apiKey.flatMap { head.fields[$0] } }

    public var testKeyPrefix: String? { Gate.testKeyPrefix }

    /// The secrets in its requests and answers, besides those of every API.
    public static var secrets: Secrets {
        var secrets = Secrets()
        secrets.names = [Gate.keyField.lowercased(), "x-llm-*key"]
        secrets.credentials = [Gate.keyField.lowercased()]
        secrets.keyPrefixes = ["pk_live_"]
        secrets.openPrefixes = [Gate.testKeyPrefix]
        secrets.channels = [Gate.anonymous]
        secrets.words = LanguageModelKey.faultWords
        return secrets
    }

    public var openAPI: OpenAPI.Part {
        let file = embedded_foilengine_openapi()
        return OpenAPI.Part([Array(UnsafeBufferPointer(start: file.bytes, count: file.count))])
    }

    public init(_ emulator: Emulator, options: Options = Options()) {
        let gate = Gate(emulator: emulator, requiresLLMKey: options.requiresLLMKey)
        let personas = PersonaRoutes(gate: gate)
        let sessions = SessionRoutes(gate: gate)
        let messages = MessageRoutes(gate: gate, pacing: options.pacing)
        let validation = ValidationRoutes(gate: gate)
        routes = [
            Route(.get, "/api/v1/sdk/personas", personas.list),
            Route(.post, "/api/v1/sdk/chat/{persona_id}/message/stream", messages.stream),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/session", sessions.status),
            Route(.get, "/api/v1/sdk/chat/{persona_id}/machines", personas.machines),
            Route(.post, "/api/v1/sdk/validate-llm-key", validation.validate),
        ]
        routes += FoilEngine.chat("/api/v1/sdk/chat/{persona_id}", sessions, messages)
        let web = Gate(emulator: emulator, access: .web(requiresUser: options.webAuth == .required))
        routes += FoilEngine.chat(
            "/api/v1/chat/{persona_id}", SessionRoutes(gate: web), MessageRoutes(gate: web, pacing: options.pacing))
        let users = UserRoutes(gate: web)
        let keys = APIKeyRoutes(gate: web)
        routes += [
            Route(.post, "/api/v1/sdk/api-keys", keys.make),
            Route(.get, "/api/v1/sdk/api-keys", keys.list),
            Route(.delete, "/api/v1/sdk/api-keys/{key_id}", keys.revoke),
            Route(.get, "/api/v1/auth/me", users.me),
            Route(.post, "/api/v1/auth/migrate-progress", users.migrateProgress),
        ]
        let creator = CreatorRoutes(gate: web)
        routes += [
            Route(.get, "/api/v1/personas", creator.list),
            Route(.get, "/api/v1/personas/{persona_id}", creator.show),
            Route(.get, "/api/v1/personas/{persona_id}/full", creator.full),
            Route(.post, "/api/v1/personas/{persona_id}/publish", creator.publish),
            Route(.post, "/api/v1/personas/{persona_id}/unpublish", creator.unpublish),
            Route(.delete, "/api/v1/personas/{persona_id}", creator.delete),
            Route(.post, "/api/v1/creator/save", creator.save),
        ]
    }

    /// The routes that the SDK and the web chat share (spec A.3).
    private static func chat(_ path: String, _ sessions: SessionRoutes, _ messages: MessageRoutes) -> [Route] {
        [
            Route(.post, "\(path)/init-session", sessions.begin),
            Route(.post, "\(path)/message", messages.answer),
            Route(.get, "\(path)/history", sessions.history),
            Route(.post, "\(path)/reset", sessions.reset),
        ]
    }

    public func spoolLimit(for head: RequestHead) -> Int? { nil }

    /// `{"error":{"message":…}}`, the only shape that the clients read (spec C).
    public func response(to failure: Failure, requestID: String) -> Response { failure.errorObject }
}

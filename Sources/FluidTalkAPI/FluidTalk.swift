public import Journal
import Embedded
import Exact
public import Emulator
public import HTTP
import JSON

/// The FluidTalk Handshake API 1.0 as a dialect (its fact sheet: A, E and F; sections below are of that).
public final class FluidTalk: Dialect {
    public static let path = "/api/v1/bot/"
    /// The Characters API, which fluidtalk 2 calls.
    private static let characters = "/api/v1/characters"
    public let prefixes = [FluidTalk.path, FluidTalk.characters]
    public let routes: [Route]
    /// Keys of this API are for servers, not for pages (A.2).
    public let crossOriginFields: [String]? = nil
    private let spoolLimit: Int

    public func key(in head: RequestHead) -> String? { KeyGate.apiKey.flatMap { head.fields[$0] } }

    /// The secrets in its requests and answers, besides those of every API.
    public static var secrets: Secrets {
        var secrets = Secrets()
        secrets.names = KeyGate.apiKey.map { [$0.text] } ?? []
        secrets.credentials = secrets.names
        secrets.keyPrefixes = ["ft_sk_"]
        secrets.openPrefixes = [KeyGate.testKeyPrefix]
        return secrets
    }

    public var openAPI: OpenAPI.Part {
        let file = embedded_fluidtalk_openapi()
        return OpenAPI.Part([Array(UnsafeBufferPointer(start: file.bytes, count: file.count))])
    }

    /// The most bytes of a form besides its file: fields, and the lines between the parts.
    private static let formBytes = 64 << 10

    public init(_ emulator: Emulator, options: Options = Options()) {
        spoolLimit = options.uploadBytes + FluidTalk.formBytes
        var limits = FormLimits()
        limits.fileBytes = options.uploadBytes
        let gate = KeyGate(emulator: emulator, formLimits: limits)
        let pictures = PictureRoutes(gate: gate, publicURL: options.publicURL)
        let chat = ChatRoute(gate: gate, pictures: pictures)
        let action = ActionRoute(gate: gate)
        routes = [
            Route(.post, "/api/v1/bot/chat", chat.answer),
            Route(.post, "/api/v1/bot/action", action.act),
            Route(.post, "/api/v1/bot/upload", pictures.upload),
            Route(.get, "/api/v1/bot/uploads/{sandbox}/{file}", pictures.uploaded),
            Route(.get, "/api/v1/bot/media/{persona_id}/{photo}", pictures.photo),
        ]
    }

    public func spoolLimit(for head: RequestHead) -> Int? { spoolLimit }

    public func noRoute(at path: String) -> Failure {
        guard path === FluidTalk.characters || path.begins(with: "\(FluidTalk.characters)/") else {
            return Failure(.notFound, "Not Found")
        }
        var failure = Failure(
            .notFound,
            "This is a call of fluidtalk 2 (the Characters API), which this server does not have. It has the Handshake API "
                + "of fluidtalk 1: pip install 'fluidtalk<2'")
        failure.response = failure.errorObject
        return failure
    }

    /// `{"detail":…}` (A.6).
    public func response(to failure: Failure) -> Response {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.member("detail", failure.message)
        writer.endObject()
        var response = Response.json(writer.bytes, status: failure.status)
        for field in failure.fields.list { response.fields.add(field.name, field.value) }
        return response
    }
}

public import Journal
import Embedded
import Exact
public import Emulator
public import HTTP
import JSON

/// The FluidTalk Handshake API 1.0 as a dialect (its fact sheet: A, E and F; sections below are of that).
public final class FluidTalk: Dialect {
    public static let path = "/api/v1/bot/"
    public let prefixes = [FluidTalk.path]
    public let routes: [Route]
    /// Keys of this API are for servers, not for pages (A.2).
    public let crossOriginFields: [String]? = nil
    private let spoolLimit: Int

    public func key(in head: RequestHead) -> String? { KeyGate.apiKey.flatMap { head.fields[$0] } }

    public var testKeyPrefix: String? { KeyGate.testKeyPrefix }

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
        let pictures = PictureRoutes(emulator, below: FluidTalk.path, publicURL: options.publicURL)
        let chat = ChatRoute(gate: gate, pictures: pictures)
        let action = ActionRoute(gate: gate)
        routes =
            [
                Route(.post, "/api/v1/bot/chat", chat.answer),
                Route(.post, "/api/v1/bot/action", action.act),
                Route(.post, "/api/v1/bot/upload", UploadRoute(gate: gate, pictures: pictures).keep),
            ] + pictures.routes
    }

    public func spoolLimit(for head: RequestHead) -> Int? { spoolLimit }

    /// `{"detail":…}` (A.6).
    public func response(to failure: Failure, requestID: String) -> Response {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.member("detail", failure.message)
        writer.endObject()
        var response = Response.json(writer.bytes, status: failure.status)
        for field in failure.fields.list { response.fields.add(field.name, field.value) }
        return response
    }
}

public import Journal
import Embedded
public import Emulator
import Exact
public import HTTP

/// The FluidTalk Characters API 2.x as a dialect (its fact sheet: A to G; sections below are of that).
public final class Characters: Dialect {
    public static let path = "/api/v1/characters/"
    /// Without the last slash, so that the path itself is answered by this API too.
    public let prefixes = ["/api/v1/characters"]
    public private(set) var routes: [Route]
    private let media: MediaRoutes
    /// Tokens are for servers, not for pages (F-1).
    public let crossOriginFields: [String]? = nil

    public func key(in head: RequestHead) -> String? { TokenGate.token.flatMap { head.fields[$0] } }

    public var testKeyPrefix: String? { TokenGate.testPrefix }

    /// The secrets in its requests and answers, besides those of every API.
    public static var secrets: Secrets {
        var secrets = Secrets()
        secrets.names = TokenGate.token.map { [$0.text] } ?? []
        secrets.credentials = secrets.names
        secrets.keyPrefixes = ["ftc_"]
        secrets.openPrefixes = [TokenGate.testPrefix]
        return secrets
    }

    private static var part: OpenAPI.Part {
        let file = embedded_characters_openapi()
        return OpenAPI.Part([Array(UnsafeBufferPointer(start: file.bytes, count: file.count))])
    }

    public var openAPI: OpenAPI.Part { Characters.part }

    /// - Parameters:
    ///   - publicURL: the beginning of pictures' URLs; nil: the host of the request.
    ///   - uploadBytes: the largest file that is taken, in bytes.
    ///   - version: the program's version, for the OpenAPI document.
    public init(_ emulator: Emulator, publicURL: String? = nil, uploadBytes: Int = 10 << 20, version: String) {
        let gate = TokenGate(emulator: emulator)
        let pictures = PictureRoutes(emulator, below: Characters.path, publicURL: publicURL)
        let eye = Eye(pictures: pictures, publicURL: publicURL)
        let chat = ChatRoute(gate: gate, pictures: pictures, eye: eye)
        media = MediaRoutes(gate: gate, pictures: pictures, limit: uploadBytes)
        let trigger = TriggerRoute(gate: gate, pictures: pictures, eye: eye)
        routes =
            [
                Route(.post, "\(Characters.path)chat", chat.answer),
                Route(.post, "\(Characters.path)triggers", trigger.fire),
                Route(.post, "\(Characters.path)events", EventRoute(gate: gate).record),
                Route(.post, "\(Characters.path)comments", CommentRoute(gate: gate, eye: eye).comment),
                Route(.post, "\(Characters.path)comments/reply", CommentReplyRoute(gate: gate).reply),
                Route(.post, "\(Characters.path)comments/engage", CommentEngageRoute(gate: gate).engage),
                Route(.post, "\(Characters.path)posts", PostRoute(gate: gate, eye: eye).find),
                Route(.get, "\(Characters.path)self-test", SelfTestRoute(gate: gate).test),
                Route(.get, "\(Characters.path)samples/{sample}", Sample.show),
                Route(.get, "\(Characters.path)openapi.json") { _ throws(Failure) in
                    .json(OpenAPI.document(version: version, of: [Characters.part]))
                },
            ] + FollowUpRoutes(gate: gate).routes + pictures.routes + media.routes
    }

    public func spoolLimit(for head: RequestHead) -> Int? { media.bodyLimit(for: head) }

    public func noRoute(at path: String) -> Failure {
        Failure(.notFound, "The Characters API has no path \(path); GET \(Characters.path)openapi.json lists its paths")
    }

    public func response(to failure: Failure, requestID: String) -> Response {
        Envelope.response(to: failure, requestID)
    }
}

import HTTP
import Testing

@testable import Emulator

@Suite("The router")
struct RouterTests {
    /// What a request comes to: the route's path and its parameters, the methods allowed, or nothing.
    enum Result: Equatable, Sendable {
        case route(String, [String])
        case wrongMethod(String)
        case nothing
    }

    struct Case: Sendable {
        let request: String
        let result: Result

        init(_ request: String, _ result: Result) { (self.request, self.result) = (request, result) }
    }

    static let chat = "/v1/chat/{id}/message"
    static let both = "/v1/{kind}/items/{id}"

    static func match(_ request: String) -> Result {
        func route(_ method: Method, _ path: String) -> Route {
            Route(method, path) { _ throws(Failure) in Response(status: .ok) }
        }
        let router = Router([
            route(.get, "/v1/list"), route(.post, chat), route(.get, both), route(.put, both), route(.delete, both),
            route(.post, "/v1/list/"), route(.get, "/"),
        ])
        let parts = request.split(separator: " ", maxSplits: 1).map(String.init)
        switch router.match(Method(parts[0]), Array(parts[1].utf8)[...]) {
        case .route(let route, _, let parameters):
            let names = route.path.matches(of: #/\{(\w+)\}/#).map { String($0.output.1) }
            return .route(route.path, names.map { parameters[$0] })
        case .wrongMethod(let allow): return .wrongMethod(allow)
        case .nothing: return .nothing
        }
    }

    static let cases = [
        Case("GET /v1/list", .route("/v1/list", [])), Case("GET /", .route("/", [])),
        Case("POST /v1/chat/7/message", .route(chat, ["7"])), Case("GET /v1/a/items/b", .route(both, ["a", "b"])),
        // Percent decoding
        Case("POST /v1/chat/a%20b/message", .route(chat, ["a b"])),
        Case("POST /v1/chat/a+b/message", .route(chat, ["a+b"])),
        Case("POST /v1/chat/%C3%A9/message", .route(chat, ["é"])),
        Case("POST /v1/chat/a%2Fb/message", .route(chat, ["a/b"])),
        Case("POST /v1/chat/%/message", .route(chat, ["%"])), Case("POST /v1/chat/%FF/message", .route(chat, ["%FF"])),
        Case("POST /v1/chat/%zz/message", .route(chat, ["%zz"])),
        Case("POST /v1/chat/%2e%2E/message", .route(chat, [".."])),
        // Methods
        Case("HEAD /v1/list", .route("/v1/list", [])), Case("POST /v1/list", .wrongMethod("GET, HEAD")),
        Case("GET /v1/chat/7/message", .wrongMethod("POST")), Case("HEAD /v1/chat/7/message", .wrongMethod("POST")),
        Case("POST /v1/a/items/b", .wrongMethod("DELETE, GET, HEAD, PUT")),
        Case("get /v1/list", .wrongMethod("GET, HEAD")),
        Case("OPTIONS /v1/list", .wrongMethod("GET, HEAD")), Case("BREW /v1/list", .wrongMethod("GET, HEAD")),
        // Slashes
        Case("GET /v1/list/", .wrongMethod("POST")), Case("POST /v1/list/", .route("/v1/list/", [])),
        Case("POST /v1/chat/7/message/", .nothing), Case("GET //v1/list", .nothing), Case("GET /v1//list", .nothing),
        Case("POST /v1/chat//message", .route(chat, [""])), Case("GET //", .nothing),
        // Nothing
        Case("GET /v1", .nothing), Case("GET /v1/lists", .nothing), Case("GET /V1/list", .nothing),
        Case("GET /v1/list/more", .nothing), Case("OPTIONS *", .nothing), Case("GET v1/list", .nothing),
    ]

    @Test("a method and a path give a route, the methods allowed, or nothing", arguments: cases)
    func match(_ item: Case) {
        #expect(Self.match(item.request) == item.result)
    }

    @Test("a call has the pairs of its query")
    func query() {
        let head = RequestHead(method: .get, path: "/v1/list", query: "a=1&b=x%20y+z")
        let call = Call(request: Request(head: head))
        #expect(call.query["b"] == "x y z")
        #expect(call.query["c"] == nil)
    }
}

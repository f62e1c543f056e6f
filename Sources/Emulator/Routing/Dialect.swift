public import HTTP

/// One API that the server speaks: its routes and the form of its errors.
public protocol Dialect: AnyObject {
    /// The prefixes of its paths; among all dialects the longest prefix wins.
    var prefixes: [String] { get }
    var routes: [Route] { get }
    /// The fields that a page of another origin can send besides those that are always allowed; nil: no such page can
    /// call.
    var crossOriginFields: [String]? { get }
    /// Whether its requests control the server, and act in no sandbox.
    var isControl: Bool { get }
    /// Its part of the server's OpenAPI document, which describes each of its routes.
    var openAPI: OpenAPI.Part { get }

    /// The largest body, in bytes, of a request whose body goes to a file; nil: the body goes to memory, within the
    /// usual limit.
    func spoolLimit(for head: RequestHead) -> Int?

    /// The key in a request, by which even a refused request belongs to a sandbox.
    func key(in head: RequestHead) -> String?

    /// What the open test keys of the API begin with; nil: it has none.
    var testKeyPrefix: String? { get }

    /// The failure for a path of the dialect that no route has.
    func noRoute(at path: String) -> Failure

    /// Writes a failure in the API's own form.
    /// - Parameter requestID: the id of the request, which the server adds as `X-Request-ID`.
    func response(to failure: Failure, requestID: String) -> Response
}

extension Dialect {
    public var isControl: Bool { false }

    public var testKeyPrefix: String? { nil }

    public func noRoute(at path: String) -> Failure { Failure(.notFound, "Not Found") }
}

/// The result of an endpoint. Like `Answer`, but the code after the work can fail too.
public enum RouteAnswer {
    case response(Response)
    case work(_ run: @Sendable () -> any Sendable, resume: (any Sendable) throws(Failure) -> RouteAnswer)

    /// Calls `run` on another thread, then `resume` with its result. `run` must hold everything that it needs of the
    /// server's state; when `resume` is called, other requests can have changed the state.
    public static func work<Value: Sendable>(
        _ run: @escaping @Sendable () -> Value, then resume: @escaping (Value) throws(Failure) -> RouteAnswer
    ) -> RouteAnswer {
        .work(
            run,
            resume: { value throws(Failure) in
                guard let value = value as? Value else { preconditionFailure("the work has another result") }
                return try resume(value)
            })
    }
}

/// A method, a path, and the endpoint that answers them.
public struct Route {
    public typealias Endpoint = (Call) throws(Failure) -> RouteAnswer

    public let method: Method
    /// Segments between slashes; a segment in braces is a parameter: `/chat/{persona_id}/message`.
    public let path: String
    public let endpoint: Endpoint
    /// Whether its requests can change a sandbox.
    public let changesSandbox: Bool
    /// Whether its requests need nothing of the database.
    public var isOfServer = false

    /// A route that answers at once.
    /// - Parameter changesSandbox: nil: true unless the method is GET.
    public init(
        _ method: Method, _ path: String, changesSandbox: Bool? = nil,
        _ endpoint: @escaping (Call) throws(Failure) -> Response
    ) {
        self.init(method, path, changesSandbox: changesSandbox) { call throws(Failure) -> RouteAnswer in
            .response(try endpoint(call))
        }
    }

    /// A route whose answer can need work on another thread.
    public init(
        _ method: Method, _ path: String, changesSandbox: Bool? = nil, _ endpoint: @escaping Endpoint
    ) {
        self.method = method
        self.path = path
        self.changesSandbox = changesSandbox ?? (method != .get)
        self.endpoint = endpoint
    }
}

/// A request that has been matched to a route.
public struct Call {
    public let request: Request
    public let parameters: PathParameters
    public let query: Query
    /// What the emulator learns about the request.
    public let exchange: Exchange

    /// A call for a request about which nothing more is known.
    public init(request: Request, parameters: PathParameters = PathParameters()) {
        self.init(Exchange(request.head), request, parameters: parameters)
    }

    init(_ exchange: Exchange, _ request: Request, parameters: PathParameters = PathParameters()) {
        self.exchange = exchange
        self.request = request
        self.parameters = parameters
        query = Query(request.head.queryBytes)
    }

    /// The whole body in memory.
    public func body() throws(Failure) -> [UInt8] {
        do {
            return try request.body.bytes()
        } catch {
            throw Failure(error)
        }
    }
}

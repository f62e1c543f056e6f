public import HTTP

/// One API that the server speaks: its routes and its words for what goes wrong.
public protocol Dialect: AnyObject {
    /// What its paths begin with; of all dialects the longest prefix wins.
    var prefixes: [String] { get }
    var routes: [Route] { get }
    /// What a page of another origin may send beside the fields that any page may; nil: no such page may call.
    var crossOriginFields: [String]? { get }
    /// Whether its requests are about the server, and act in nobody's sandbox.
    var isControl: Bool { get }
    /// Its part of the server's OpenAPI document, which describes each of its routes.
    var openAPI: OpenAPI.Part { get }

    /// How large the body of a request may be that goes to a file rather than to memory; nil: it is as small as others.
    func spoolLimit(for head: RequestHead) -> Int?

    /// The key that a request comes with, by which it belongs to a sandbox though nothing let it in.
    func key(in head: RequestHead) -> String?

    /// Words a failure in the API's own shape.
    func response(to failure: Failure) -> Response
}

extension Dialect {
    public var isControl: Bool { false }
}

/// What an endpoint has for a call; as `Answer`, and what comes after the work may fail too.
public enum RouteAnswer {
    case response(Response)
    case work(_ run: @Sendable () -> any Sendable, resume: (any Sendable) throws(Failure) -> RouteAnswer)

    /// Has `run` called on another thread, then `resume` with its result. What `run` needs of the server's state it has to
    /// bring along, and `resume` finds the state as others may have changed it since.
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

/// A method and a path, and what answers them.
public struct Route {
    public typealias Endpoint = (Call) throws(Failure) -> RouteAnswer

    public let method: Method
    /// Segments between slashes; one in braces is a parameter: `/chat/{persona_id}/message`.
    public let path: String
    public let endpoint: Endpoint
    /// Whether its requests may change a sandbox.
    public let changesSandbox: Bool

    /// A route that answers at once.
    /// - Parameter changesSandbox: nil: if its method is not GET.
    public init(
        _ method: Method, _ path: String, changesSandbox: Bool? = nil,
        _ endpoint: @escaping (Call) throws(Failure) -> Response
    ) {
        self.init(method, path, changesSandbox: changesSandbox) { call throws(Failure) -> RouteAnswer in
            .response(try endpoint(call))
        }
    }

    /// A route whose answer may take long to work out.
    public init(
        _ method: Method, _ path: String, changesSandbox: Bool? = nil, _ endpoint: @escaping Endpoint
    ) {
        self.method = method
        self.path = path
        self.changesSandbox = changesSandbox ?? (method != .get)
        self.endpoint = endpoint
    }
}

/// A request on its route.
public struct Call {
    public let request: Request
    public let parameters: PathParameters
    public let query: Query
    /// What is learned of the request on its way.
    public let exchange: Exchange

    /// A request that has come no further yet.
    public init(request: Request, parameters: PathParameters = PathParameters()) {
        self.init(Exchange(request.head), request, parameters: parameters)
    }

    init(_ exchange: Exchange, _ request: Request, parameters: PathParameters = PathParameters()) {
        self.exchange = exchange
        self.request = request
        self.parameters = parameters
        query = Query(request.head.query)
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

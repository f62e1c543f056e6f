public import HTTP

/// One API that the server speaks: its routes and its words for what goes wrong.
public protocol Dialect: AnyObject {
    /// What its paths begin with; the longest prefix wins.
    var prefix: String { get }
    var routes: [Route] { get }
    /// What a page of another origin may send beside the fields that any page may; nil: no such page may call.
    var crossOriginFields: [String]? { get }
    /// The field that its keys come in; nil: its requests are about the server, and act in nobody's sandbox.
    var keyField: FieldName? { get }
    /// What of its requests and answers nobody is to read in a journal, besides what is a secret everywhere.
    var secrets: Secrets { get }
    /// Its part of the server's OpenAPI document, which describes each of its routes.
    var openAPI: OpenAPI.Part { get }

    /// How large the body of a request may be that goes to a file rather than to memory; nil: it is as small as others.
    func spoolLimit(for head: RequestHead) -> Int?

    /// As `Handler.preparation`.
    func preparation(of request: Request) -> (@Sendable () -> Prepared)?

    /// Words a failure in the API's own shape.
    func response(to failure: Failure) -> Response
}

extension Dialect {
    public var secrets: Secrets { Secrets() }

    public func preparation(of request: Request) -> (@Sendable () -> Prepared)? { nil }
}

/// A method and a path, and what answers them.
public struct Route {
    public typealias Endpoint = (Call) throws(Failure) -> Response

    public let method: Method
    /// Segments between slashes; one in braces is a parameter: `/chat/{persona_id}/message`.
    public let path: String
    public let endpoint: Endpoint

    public init(_ method: Method, _ path: String, _ endpoint: @escaping Endpoint) {
        self.method = method
        self.path = path
        self.endpoint = endpoint
    }
}

/// A request on its route.
public struct Call {
    public let request: Request
    /// The values of the path's parameters in order, percent-decoded.
    public let parameters: [String]
    public let query: Query
    /// What is learned of the request on its way.
    public let exchange: Exchange

    /// A request that has come no further yet.
    public init(request: Request, parameters: [String] = []) {
        self.init(Exchange(request.head), request, parameters: parameters)
    }

    init(_ exchange: Exchange, _ request: Request, parameters: [String] = []) {
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

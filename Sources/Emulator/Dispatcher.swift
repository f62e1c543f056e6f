public import HTTP
import Store

/// Hands each request to the dialect whose path it names, and ends the loop's turns.
public final class Dispatcher: Handler {
    /// What is told of every answered request.
    public struct Entry: Sendable {
        public let method: String
        /// Without the query: that may name players.
        public let path: String
        public let status: Int
    }

    private struct Door {
        let dialect: any Dialect
        let router: Router
    }

    private let emulator: Emulator
    private let doors: [Door]
    private let fallback: any Dialect
    private let bodyLimit: Int
    private let log: ((Entry) -> Void)?
    private var turnFailed = false
    /// Of the loop turn: what was answered is known when it is kept.
    private var entries: [Entry] = []

    /// The first dialect also words what no dialect owns.
    public init(_ emulator: Emulator, dialects: [any Dialect], bodyLimit: Int = 1 << 20, log: ((Entry) -> Void)? = nil)
    {
        guard let first = dialects.first else { preconditionFailure("a dispatcher needs a dialect") }
        self.emulator = emulator
        self.bodyLimit = bodyLimit
        self.log = log
        fallback = first
        doors = dialects.map { Door(dialect: $0, router: Router($0.routes)) }
            .sorted { $0.dialect.prefix.utf8.count > $1.dialect.prefix.utf8.count }
    }

    public func bodyPlan(for head: RequestHead) -> BodyPlan {
        .collect(limit: bodyLimit)
    }

    public func respond(to request: Request) -> Response {
        let door = door(of: request.head.path)
        let response: Response
        do {
            response = try answer(request, door)
        } catch {
            if let cause = error.cause {
                turnFailed = true
                emulator.warn("the store failed: \(cause.message)")
            }
            response = (door?.dialect ?? fallback).response(to: error).delayed(by: error.delay)
        }
        if log != nil { entries.append(entry(request.head, response)) }
        return response
    }

    public func response(to error: ProtocolError, head: RequestHead?) -> Response {
        let dialect = head.flatMap { door(of: $0.path)?.dialect } ?? fallback
        let response = dialect.response(to: Failure(error))
        if let head { log?(entry(head, response)) }
        return response
    }

    public func endTurn() -> Bool {
        let isKept = emulator.endTurn(failed: turnFailed)
        if isKept, let log { entries.forEach(log) }
        entries.removeAll(keepingCapacity: true)
        turnFailed = false
        return isKept
    }

    public func unsavedResponse(for head: RequestHead) -> Response {
        let response = (door(of: head.path)?.dialect ?? fallback).response(to: .unsaved)
        log?(entry(head, response))
        return response
    }

    private func answer(_ request: Request, _ door: Door?) throws(Failure) -> Response {
        guard let door else { throw Failure(.notFound, "Not Found") }
        switch door.router.match(request.head.method, request.head.path) {
        case .route(let route, let parameters):
            return try route.endpoint(Call(request: request, parameters: parameters))
        case .wrongMethod(let allow):
            var failure = Failure(.methodNotAllowed, "Method Not Allowed")
            failure.fields.add(.allow, allow)
            throw failure
        case .nothing:
            throw Failure(.notFound, "Not Found")
        }
    }

    private func door(of path: String) -> Door? {
        doors.first { path.hasPrefix($0.dialect.prefix) }
    }

    private func entry(_ head: RequestHead, _ response: Response) -> Entry {
        Entry(method: head.method.name, path: head.path, status: response.status.code)
    }
}

import Journal
import Dialogue
import Exact
public import HTTP
import Store

/// Gives each request to the dialect of its path, and ends batches.
public final class Dispatcher: Handler {
    /// What is logged for every answered request.
    public struct Entry: Sendable {
        public let method: String
        /// Without the query, which can name players.
        public let path: String
        /// Nil when the connection ends before the first byte of the answer.
        public let status: Int?
        /// The explanation of the turn that the request made; empty unless explanations are on.
        public let explanation: [String]
    }

    /// A class, because each request looks at several, and to copy one would count many references.
    private final class MountedDialect {
        let prefix: String
        let dialect: any Dialect
        let router: Router
        /// The methods of all routes.
        let methods: [Method]

        init(_ dialect: any Dialect, at prefix: String) {
            self.prefix = prefix
            self.dialect = dialect
            router = Router(dialect.routes)
            methods = Set(dialect.routes.map(\.method)).sorted { $0.name < $1.name }
        }
    }

    private let emulator: Emulator
    private let mounted: [MountedDialect]
    private let fallback: any Dialect
    private let crossOrigin: CrossOrigin
    private let bodyLimit: Int
    private let log: ((Entry) -> Void)?
    private let explains: Bool
    private var batchFailed = false
    /// The entries of the batch; they are logged when it is kept.
    private var entries: [Entry] = []

    /// The first dialect also writes the errors for paths of no dialect.
    /// - Parameter explains: whether turns are explained in the log.
    public init(
        _ emulator: Emulator, dialects: [any Dialect], crossOrigin: CrossOrigin,
        bodyLimit: Int = 1 << 20, explains: Bool = false, log: ((Entry) -> Void)? = nil
    ) {
        guard let first = dialects.first else { preconditionFailure("a dispatcher needs a dialect") }
        self.emulator = emulator
        self.crossOrigin = crossOrigin
        self.bodyLimit = bodyLimit
        self.explains = explains
        self.log = log
        fallback = first
        mounted = dialects.flatMap { dialect in dialect.prefixes.map { MountedDialect(dialect, at: $0) } }
            .sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    public func bodyPlan(for head: RequestHead) -> BodyPlan {
        dialect(at: SandboxPath.split(head.path).path)?.dialect.spoolLimit(for: head).map { .spool(limit: $0) }
            ?? .collect(limit: bodyLimit)
    }

    public func respond(to request: Request) -> Answer {
        let (place, request) = SandboxPath.split(request)
        let passage = Passage(
            began: emulator.journal.begin(), at: emulator.clock.now(), place: place, request: request,
            mount: dialect(at: request.head.path), exchange: Exchange(request.head))
        return proceed(passage) { () throws(Failure) in
            if let place {
                // Control routes act in no sandbox.
                guard passage.mount?.dialect.isControl == false else { throw Failure(.notFound, "Not Found") }
                passage.exchange.place = try self.emulator.account(of: place)
            }
            return try self.answer(passage)
        }
    }

    /// A request that is being answered, which can take more than one batch.
    private struct Passage {
        let began: Int64
        /// When the request arrived.
        let at: Timestamp
        let place: String?
        let request: Request
        let mount: MountedDialect?
        let exchange: Exchange
    }

    /// Takes the next step of a request. After work on another thread this is called again with the result.
    private func proceed(_ passage: Passage, _ step: () throws(Failure) -> RouteAnswer) -> Answer {
        emulator.beginRequest(at: passage.at)
        defer { emulator.endRequest() }
        var response: Response
        do throws(Failure) {
            switch try step() {
            case .work(let run, let resume):
                return .work(run) { [self] result in
                    proceed(passage) { () throws(Failure) in
                        try emulator.enterAgain(passage.exchange)
                        return try resume(result)
                    }
                }
            case .response(let answered):
                response = try metFaults(passage.exchange, after: answered.delayed(by: passage.exchange.delay))
            }
        } catch {
            response = word(error, passage.mount).delayed(by: error.delay)
            if let cause = error.cause {
                batchFailed = true
                response.isLasting = cause.isDamage
                emulator.warn(cause, "the store failed")
            }
        }
        return .response(finished(response, passage))
    }

    private func finished(_ answered: Response, _ passage: Passage) -> Response {
        let (exchange, head, mount) = (passage.exchange, passage.request.head, passage.mount)
        var response = answered
        if mount?.dialect.isControl != true {
            emulator.settle(&response, of: exchange) { mount?.dialect.key(in: head) }
        }
        if log != nil { entries.append(entry(head, response, exchange.answered)) }
        response = opened(response, to: head, mount)
        let entry = emulator.record(
            exchange.changes == nil ? .request : .control, exchange, place: passage.place, body: passage.request.body,
            began: passage.began, response: response)
        return entry?.response ?? response
    }

    public func response(to error: ProtocolError, head: RequestHead?) -> Response {
        guard let head else { return word(Failure(error), nil) }
        let response = worded(Failure(error), to: head)
        return refused(error, head, response)?.response ?? response
    }

    /// A request that is refused before it reaches a dialect is counted in the sandbox that it seems to be for.
    private func refused(_ error: ProtocolError, _ head: RequestHead, _ response: Response) -> JournalEntry? {
        let (place, path) = SandboxPath.split(head.path)
        let mount = dialect(at: path)
        guard mount?.dialect.isControl != true else { return nil }
        emulator.beginRequest(at: emulator.clock.now())
        defer { emulator.endRequest() }
        var head = head
        head.path = path
        let exchange = Exchange(head)
        exchange.account = emulator.presumed(place: place, key: mount?.dialect.key(in: head))
        return emulator.record(
            .refused(error), exchange, place: place, body: .bytes([]), began: emulator.journal.begin(),
            response: response)
    }

    public func endBatch() -> Bool {
        let isKept = emulator.endBatch(failed: batchFailed)
        if isKept, let log { entries.forEach(log) }
        entries.removeAll(keepingCapacity: true)
        batchFailed = false
        return isKept
    }

    public func unsavedResponse(to head: RequestHead, inPlaceOf response: Response) -> Response {
        emulator.journal.replaceAnswer(response.ticket, by: worded(response.isLasting ? .damaged : .unsaved, to: head))
    }

    public func delivered(_ ticket: Ticket, _ how: Delivered) { emulator.journal.delivered(ticket, how) }

    public func nextPart(_ ticket: Ticket) -> LaterPart { emulator.nextPart(ticket) }

    public func dropParts(_ ticket: Ticket) { emulator.longBodies.close(ticket) }

    private func worded(_ failure: Failure, to head: RequestHead) -> Response {
        let mount = dialect(at: SandboxPath.split(head.path).path)
        let response = word(failure, mount)
        log?(entry(head, response))
        return opened(response, to: head, mount)
    }

    private func word(_ failure: Failure, _ mount: MountedDialect?) -> Response {
        failure.response ?? (mount?.dialect ?? fallback).response(to: failure)
    }

    /// Adds the fields that let a page of another origin read the response, if the dialect allows it.
    private func opened(_ response: Response, to head: RequestHead, _ mount: MountedDialect?) -> Response {
        guard mount?.dialect.crossOriginFields != nil else { return response }
        var response = response
        crossOrigin.open(&response, to: head)
        return response
    }

    /// Applies faults to an answer. When a fault refuses the request, a long body is closed, because it will not be
    /// sent.
    private func metFaults(_ exchange: Exchange, after answered: Response) throws(Failure) -> Response {
        var response = answered
        do throws(Failure) {
            try emulator.meetFaults(exchange, after: response)
            guard !exchange.strikes.isEmpty else { return response }
            do throws(Failure) {
                try emulator.complete(&response)
            } catch {
                // They would change the error.
                exchange.strikes = []
                throw error
            }
            return response
        } catch {
            if let ticket = response.delivery.laterTicket { dropParts(ticket) }
            throw error
        }
    }

    private func answer(_ passage: Passage) throws(Failure) -> RouteAnswer {
        guard let mount = passage.mount else { throw Failure(.notFound, "Not Found") }
        let request = passage.request
        if let fields = mount.dialect.crossOriginFields,
            let preflight = crossOrigin.preflight(request.head, methods: mount.methods, fields: fields)
        {
            return .response(preflight)
        }
        switch mount.router.match(request.head.method, request.head.path) {
        case .route(let route, let parameters):
            passage.exchange.facts.route = route.path
            return try route.endpoint(Call(passage.exchange, request, parameters: parameters))
        case .wrongMethod(let allow):
            var failure = Failure(.methodNotAllowed, "Method Not Allowed")
            failure.fields.add(.allow, allow)
            throw failure
        case .nothing:
            throw mount.dialect.noRoute(at: request.head.path)
        }
    }

    private func dialect(at path: String) -> MountedDialect? {
        mounted.first { path.begins(with: $0.prefix) }
    }

    private func entry(_ head: RequestHead, _ response: Response, _ turn: AnsweredTurn? = nil) -> Entry {
        Entry(
            method: head.method.name, path: head.path, status: response.sentStatus,
            explanation: explains ? turn?.explanation.lines ?? [] : [])
    }
}

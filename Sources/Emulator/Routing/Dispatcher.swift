import Journal
import Dialogue
import Exact
public import HTTP
public import Metrics
import Store

/// Gives each request to the dialect of its path, and ends batches.
public final class Dispatcher: Handler {
    /// A class, because each request looks at several, and to copy one would count many references.
    final class MountedDialect {
        let prefix: [UInt8]
        let dialect: any Dialect
        let router: Router
        /// The methods of all routes.
        let methods: [Method]
        /// The dialect's `crossOriginFields`.
        let fields: [String]?
        let isControl: Bool

        init(_ dialect: any Dialect, at prefix: String) {
            self.prefix = Array(prefix.utf8)
            self.dialect = dialect
            router = Router(dialect.routes)
            methods = Set(dialect.routes.map(\.method)).sorted { $0.name < $1.name }
            fields = dialect.crossOriginFields
            isControl = dialect.isControl
        }
    }

    let emulator: Emulator
    private let mounted: [MountedDialect]
    private let fallback: any Dialect
    private let crossOrigin: CrossOrigin
    private let bodyLimit: Int
    private let explains: Bool
    /// Why the batch must be dropped; nil: it need not.
    var batchFailure: StoreError?
    /// Why the batch could not be prepared; nil: it was, or needs not be.
    var unprepared: StoreError?
    let answered: AnsweredRequests
    /// Nil: no other server uses the database.
    let shared: SharedBatches?
    private let noRoute = RouteCounts.ofNoRoute()

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
        answered = AnsweredRequests(log: log, monotonic: emulator.journal.monotonicNow)
        fallback = first
        shared = emulator.sharing.map { SharedBatches($0) }
        mounted = dialects.flatMap { dialect in dialect.prefixes.map { MountedDialect(dialect, at: $0) } }
            .sorted { $0.prefix.count > $1.prefix.count }
    }

    public func bodyPlan(for head: RequestHead) -> BodyPlan {
        dialect(of: SandboxPath.split(head).head)?.dialect.spoolLimit(for: head).map { .spool(limit: $0) }
            ?? .collect(limit: bodyLimit)
    }

    public func respond(to request: Request) -> Answer {
        let (place, head) = SandboxPath.split(request.head)
        let passage = Passage(
            began: emulator.journal.monotonicNow(), at: emulator.clock.now(), place: place,
            request: Request(head: head, body: request.body), mount: dialect(of: head), exchange: Exchange(head))
        return needsBatch(passage) ? pending(passage) : proceed(passage)
    }

    /// A request that is being answered, which can take more than one batch.
    struct Passage {
        let began: Int64
        /// When the request arrived.
        var at: Timestamp
        let place: String?
        let request: Request
        let mount: MountedDialect?
        var exchange: Exchange
    }

    typealias Resumption = () throws(Failure) -> RouteAnswer

    /// Takes the next step of a request.
    /// - Parameter resume: what is to be done after work on another thread; nil: the request begins.
    func proceed(_ passage: Passage, _ resume: Resumption? = nil) -> Answer {
        answered.takesUp(at: resume == nil && shared == nil ? passage.began : emulator.journal.monotonicNow())
        emulator.beginRequest(at: passage.at)
        defer { emulator.endRequest() }
        var response: Response
        do throws(Failure) {
            if let unprepared { throw Failure(unprepared) }
            let answer = if let resume { try resume() } else { try begin(passage) }
            switch consume answer {
            case .work(let run, let resume):
                answered.rests()
                return .work(run) { [self] result in
                    goOn(passage) { () throws(Failure) in
                        try self.emulator.enterAgain(passage.exchange)
                        return try resume(result)
                    }
                }
            case .response(let answered):
                response = answered
                if let delay = passage.exchange.delay { response = response.delayed(by: delay) }
                try meetFaults(passage.exchange, after: &response)
            }
        } catch {
            place(passage)
            response = word(error, passage.mount, emulator.requestID(of: passage.exchange)).delayed(by: error.delay)
            if let cause = error.cause {
                if batchFailure == nil { batchFailure = cause }
                response.isLasting = cause.isDamage
                if shared == nil { emulator.warn(cause, "the store failed") }
            }
        }
        finish(&response, passage)
        return .response(consume response)
    }

    /// Finds the sandbox of a request that was not admitted; a control call has none.
    private func place(_ passage: Passage) {
        guard passage.mount?.isControl != true else { return }
        emulator.place(passage.exchange, named: passage.place) {
            passage.mount?.dialect.key(in: passage.request.head)
        }
    }

    private func finish(_ response: inout Response, _ passage: Passage) {
        let (exchange, head, mount) = (passage.exchange, passage.request.head, passage.mount)
        place(passage)
        if mount?.isControl != true { emulator.settle(&response, of: exchange) }
        let id = emulator.requestID(of: exchange)
        response.fields.add(.requestID, id)
        answered.add(exchange.route ?? noRoute, status: response.sentStatus, began: passage.began) {
            Entry(
                head, status: response.sentStatus, route: exchange.facts.route,
                sandbox: exchange.changes ?? exchange.account?.sandbox.name, requestID: id,
                explanation: explains ? exchange.answered?.explanation.lines ?? [] : [])
        }
        open(&response, to: head, mount)
        emulator.record(
            exchange.changes == nil ? .request : .control, exchange, place: passage.place, body: passage.request.body,
            began: passage.began, response: &response)
    }

    public func response(to error: ProtocolError, head: RequestHead?) -> Response {
        guard let head else {
            let id = emulator.newRequestID()
            var response = word(Failure(error), nil, id)
            response.fields.add(.requestID, id)
            let status = response.sentStatus
            answered.addNow(noRoute, status: status, entry: Entry(nil, status: status, requestID: id, refusal: error))
            return response
        }
        var response = worded(Failure(error), to: head, requestID: emulator.requestID(of: head, in: nil), error)
        note(&response, to: head, of: error)
        return response
    }

    /// A request that is refused before it reaches a dialect is counted in the sandbox that it seems to be for.
    private func note(_ response: inout Response, to head: RequestHead, of error: ProtocolError) {
        let (place, head) = SandboxPath.split(head)
        let mount = dialect(of: head)
        guard mount?.isControl != true else { return }
        emulator.beginRequest(at: emulator.clock.now())
        defer { emulator.endRequest() }
        let exchange = Exchange(head)
        exchange.account = emulator.presumed(place: place, key: mount?.dialect.key(in: head))
        emulator.record(
            .refused(error), exchange, place: place, body: .bytes([]), began: emulator.journal.monotonicNow(),
            response: &response)
    }

    public func endBatch() -> Bool {
        // The batches on a shared database end otherwise.
        guard shared == nil else { return answered.endBatch { true } }
        let isKept = answered.endBatch { emulator.endBatch(failed: batchFailure != nil) }
        batchFailure = nil
        return isKept
    }

    public func unsavedResponse(to head: RequestHead, inPlaceOf response: Response) -> Response {
        replacement(of: response, to: head, by: response.isLasting ? .damaged : .unsaved)
    }

    func replacement(of response: Response, to head: RequestHead, by failure: Failure) -> Response {
        let id = response.fields[.requestID] ?? ""
        return emulator.journal.replaceAnswer(response.ticket, by: worded(failure, to: head, requestID: id))
    }

    public func delivered(_ ticket: Ticket, _ how: Delivered) { emulator.journal.delivered(ticket, how) }

    public func nextPart(_ ticket: Ticket) -> LaterPart {
        // The database does one thing at a time.
        isBatchUnderWay ? .pause(.seconds(1)) : emulator.nextPart(ticket)
    }

    public func dropParts(_ ticket: Ticket) { emulator.longBodies.close(ticket) }

    public func inputEnded(_ ticket: Ticket) { emulator.longBodies.inputEnded(ticket) }

    public func beginDrain() { emulator.isDraining = true }

    private func worded(
        _ failure: Failure, to head: RequestHead, requestID: String, _ error: ProtocolError? = nil
    ) -> Response {
        let own = SandboxPath.split(head).head
        let mount = dialect(of: own)
        var response = word(failure, mount, requestID)
        let route = mount?.router.counts(own.method, own.pathBytes) ?? noRoute
        response.fields.add(.requestID, requestID)
        let entry = Entry(head, status: response.sentStatus, requestID: requestID, refusal: error)
        answered.addNow(route, status: response.sentStatus, entry: entry)
        open(&response, to: head, mount)
        return response
    }

    private func word(_ failure: Failure, _ mount: MountedDialect?, _ requestID: String) -> Response {
        failure.response ?? (mount?.dialect ?? fallback).response(to: failure, requestID: requestID)
    }

    /// Adds the fields that let a page of another origin read the response, if the dialect allows it.
    private func open(_ response: inout Response, to head: RequestHead, _ mount: MountedDialect?) {
        if mount?.fields != nil { crossOrigin.open(&response, to: head) }
    }

    /// Applies faults to an answer. When a fault refuses the request, a long body is closed, because it will not be
    /// sent.
    private func meetFaults(_ exchange: Exchange, after response: inout Response) throws(Failure) {
        do throws(Failure) {
            try emulator.meetFaults(exchange, after: response)
            guard !exchange.strikes.isEmpty else { return }
            do throws(Failure) {
                try emulator.complete(&response)
            } catch {
                // They would change the error.
                exchange.strikes = []
                throw error
            }
        } catch {
            if let ticket = response.delivery.laterTicket { dropParts(ticket) }
            throw error
        }
    }

    private func begin(_ passage: Passage) throws(Failure) -> RouteAnswer {
        if let place = passage.place {
            // Control routes act in no sandbox.
            guard passage.mount?.isControl == false else { throw Failure(.notFound, "Not Found") }
            passage.exchange.place = try emulator.account(of: place)
        }
        guard let mount = passage.mount else { throw Failure(.notFound, "Not Found") }
        let request = passage.request
        if let fields = mount.fields,
            let preflight = crossOrigin.preflight(request.head, methods: mount.methods, fields: fields)
        {
            return .response(preflight)
        }
        switch mount.router.match(request.head.method, request.head.pathBytes) {
        case .route(let route, let counts, let parameters):
            passage.exchange.facts.route = route.path
            passage.exchange.route = counts
            return try route.endpoint(Call(passage.exchange, request, parameters: parameters))
        case .wrongMethod(let allow):
            var failure = Failure(.methodNotAllowed, "Method Not Allowed")
            failure.fields.add(.allow, allow)
            throw failure
        case .nothing:
            throw mount.dialect.noRoute(at: request.head.path)
        }
    }

    func dialect(of head: RequestHead) -> MountedDialect? {
        let path = head.pathBytes
        for mount in mounted {
            let prefix = mount.prefix
            guard path.count >= prefix.count else { continue }
            if path.span.bytes.extracting(first: prefix.count) === prefix.span.bytes { return mount }
        }
        return nil
    }

    /// Writes the counts of requests.
    public func write(to writer: inout MetricsWriter) {
        RouteCounts.write(mounted.flatMap(\.router.counts) + [noRoute], to: &writer)
        answered.write(to: &writer)
        shared?.write(to: &writer)
    }
}

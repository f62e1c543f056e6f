import CPQ
import EventLoop
import Glibc
import Metrics

/// One connection to a server, always in pipeline mode (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html):
/// statements go out without their results being waited for, and one wait reads the results of all.
///
/// Every wait has an end. After an error that `isLost` the connection is of no use.
final class Connection {
    /// How long a statement may run in the server.
    static let statementTime = Duration.seconds(10)
    /// How long an answer may take: the statement, and the way to the server and back.
    private static let answerTime = Duration.seconds(15)
    /// The most bytes of values that are sent before their results are read.
    private static let mostSent = 1 << 20

    private let handle: OpaquePointer
    /// The names of prepared queries.
    private var names: [ObjectIdentifier: String] = [:]
    private var prepareCount = 0
    /// The statements that were sent since the last wait, oldest first.
    private var sent: [Sent] = []
    private var sentBytes = 0
    /// Whether a lock is among what was sent: then no statement waits for results before all are awaited.
    var hasSentLock = false
    private var receiving: Receiving?
    /// Of the results that arrive on the loop; kept between them.
    private var watch: DescriptorWatch?
    private var timer: EventLoop.Timer?

    private struct Sent {
        /// Gets the result of the statement; nil: the result is dropped.
        var done: ((Answer) -> Void)?
        /// The query that it prepares; nil: none.
        var prepares: ObjectIdentifier?
    }

    /// The results of statements, as far as they have arrived.
    private struct Receiving {
        let statements: [Sent]
        /// When they must be there, by `MonotonicClock`.
        let deadline: Int64
        /// How many statements are done.
        var done = 0
        /// The first error. The statements after it are not carried out.
        var failure: PostgresError?
        var last: Answer?
        /// Whether libpq holds back what the server must still get.
        var isSending = true
    }

    /// Connects. The name of the server is looked up without a limit of time; all else ends at the deadline.
    /// - Parameter deadline: by `MonotonicClock`.
    init(_ address: Address, by deadline: Int64) throws(PostgresError) {
        guard let handle = address.withOptions({ PQconnectStartParams($0, $1, 0) }) else {
            throw .lost("there is no memory for a connection")
        }
        self.handle = handle
        // Else libpq writes notices to standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try connect(by: deadline)
    }

    deinit { PQfinish(handle) }

    /// Whether the server has not closed the connection while it was not used.
    var isOpen: Bool {
        while poll(POLLIN, for: 0) > 0 {
            guard PQconsumeInput(handle) == 1 else { return false }
            while let notice = PQnotifies(handle) { PQfreemem(notice) }
            guard sent.isEmpty, PQstatus(handle) == CONNECTION_OK else { break }
        }
        return PQstatus(handle) == CONNECTION_OK
    }

    /// Sends a statement. An error that the server makes of it shows at `wait`.
    func send(
        _ query: Query, _ values: [Value] = [], done: ((Answer) -> Void)? = nil
    ) throws(PostgresError) {
        let parameters = Parameters(values)
        if !sent.isEmpty, !hasSentLock, sentBytes + parameters.size > Connection.mostSent { _ = try wait() }
        let name = try prepared(query)
        let isSent = parameters.with { PQsendQueryPrepared(handle, name, $0, $1, $2, $3, 1) }
        guard isSent == 1 else { throw lost }
        sent.append(Sent(done: done))
        sentBytes += parameters.size
    }

    /// Sends SQL that is used once.
    func send(once sql: String) throws(PostgresError) {
        guard PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1 else { throw lost }
        sent.append(Sent())
    }

    /// Gives the server what was sent, as far as it takes it at once.
    func flush() throws(PostgresError) {
        guard PQflush(handle) >= 0 else { throw lost }
    }

    /// Waits until everything that was sent is done or has failed.
    func settle() throws(PostgresError) {
        guard !sent.isEmpty else { return }
        do throws(PostgresError) {
            _ = try wait()
        } catch {
            guard !error.isLost else { throw error }
        }
    }

    /// The version of libpq, as `15.18`.
    static var libraryVersion: String { "\(PQlibVersion() / 10_000).\(PQlibVersion() % 10_000)" }

    /// Whether results are awaited on the loop.
    var isReceiving: Bool { receiving != nil }

    /// The user, the place and the name of the database, without the password.
    var name: String {
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String { value.map { String(cString: $0) } ?? "" }
        let host = text(PQhost(handle))
        let path = "\(text(PQuser(handle)))@\(host.hasPrefix("/") ? "" : "\(host):\(text(PQport(handle)))")"
        return "postgresql://\(path)/\(text(PQdb(handle)))"
    }

    private func prepared(_ query: Query) throws(PostgresError) -> String {
        let key = ObjectIdentifier(query)
        if let name = names[key] { return name }
        prepareCount += 1
        let name = "q\(prepareCount)"
        guard PQsendPrepare(handle, name, query.sql, 0, nil) == 1 else { throw lost }
        sent.append(Sent(prepares: key))
        names[key] = name
        return name
    }

    private func error(of result: OpaquePointer) -> PostgresError {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue!)).map { String(cString: $0) }
        }
        let message = field("M") ?? String(cString: PQresultErrorMessage(result))
        // PG_DIAG_SEVERITY_NONLOCALIZED: after a FATAL the server closes the connection. A server that only reads is the
        // replica of one that writes, or was the writing one.
        guard PQstatus(handle) == CONNECTION_OK, let state = field("C"), field("V") == "ERROR", state != "25006" else {
            return .lost(message)
        }
        return .refused(state, message)
    }
}

// MARK: - Waiting

extension Connection {
    /// Waits until everything that was sent is done.
    /// - Returns: the result of the last statement.
    /// - Throws: the first error. The statements after it were not carried out.
    func wait() throws(PostgresError) -> Answer {
        try expect()
        defer { receiving = nil }
        while true {
            if let answer = try receive() { return answer }
            guard let receiving else { throw lost }
            try wait(
                for: receiving.isSending ? POLLIN | POLLOUT : POLLIN, by: receiving.deadline,
                "the server does not answer")
            guard PQconsumeInput(handle) == 1 else { throw lost }
        }
    }

    /// The same, without waiting in this call.
    /// - Parameter then: called on the loop, or within this call.
    func wait(on loop: Loop, then: @escaping (Result<Answer, PostgresError>) -> Void) {
        let advance = { [unowned self] (isRead: Bool) in
            do throws(PostgresError) {
                if isRead, PQconsumeInput(handle) != 1 { throw lost }
                guard let answer = try receive() else {
                    watch?.wait(forWriting: receiving?.isSending ?? false)
                    return
                }
                finish(.success(answer), then)
            } catch {
                finish(.failure(error), then)
            }
        }
        watch = DescriptorWatch(loop, PQsocket(handle)) { advance(true) }
        timer = EventLoop.Timer(loop) { [unowned self] in
            finish(.failure(.lost("the server does not answer in time")), then)
        }
        do throws(PostgresError) {
            try expect()
        } catch {
            return finish(.failure(error), then)
        }
        timer?.arm(after: Connection.answerTime)
        advance(false)
    }

    private func finish(
        _ result: Result<Answer, PostgresError>, _ then: (Result<Answer, PostgresError>) -> Void
    ) {
        (watch, timer, receiving) = (nil, nil, nil)
        then(result)
    }

    /// Ends what is sent, and expects its results.
    private func expect() throws(PostgresError) {
        guard PQpipelineSync(handle) == 1 else { throw lost }
        receiving = Receiving(statements: sent, deadline: Instants.after(Connection.answerTime))
        sent.removeAll(keepingCapacity: true)
        (sentBytes, hasSentLock) = (0, false)
    }

    /// Reads the results that have arrived.
    /// - Returns: the result of the last statement; nil: some results have not arrived.
    private func receive() throws(PostgresError) -> Answer? {
        switch PQflush(handle) {
        case 0: receiving?.isSending = false
        case 1: break
        default: throw lost
        }
        while PQisBusy(handle) == 0 {
            guard let receiving else { throw lost }
            guard let result = PQgetResult(handle) else {
                guard PQstatus(handle) == CONNECTION_OK else { throw lost }
                // The end of one statement's results.
                self.receiving?.done += 1
                guard receiving.done < receiving.statements.count else {
                    throw .lost("the server gave an answer too many")
                }
                continue
            }
            let answer = Answer(result)
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                if let failure = receiving.failure { throw failure }
                guard let last = receiving.last, receiving.done == receiving.statements.count else {
                    throw .lost("the server left an answer out")
                }
                return last
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                if receiving.done < receiving.statements.count {
                    receiving.statements[receiving.done].done?(answer)
                }
                self.receiving?.last = answer
            case let status:
                let isOfStatement = receiving.done < receiving.statements.count
                if isOfStatement, let query = receiving.statements[receiving.done].prepares { names[query] = nil }
                guard status != PGRES_PIPELINE_ABORTED else { continue }
                let error = self.error(of: result)
                if error.isLost { throw error }
                if receiving.failure == nil { self.receiving?.failure = error }
            }
        }
        return nil
    }

    private var lost: PostgresError { .lost(String(cString: PQerrorMessage(handle))) }

    private func connect(by deadline: Int64) throws(PostgresError) {
        var wanted = PGRES_POLLING_WRITING
        while wanted != PGRES_POLLING_OK {
            guard PQstatus(handle) != CONNECTION_BAD, wanted != PGRES_POLLING_FAILED else { throw lost }
            try wait(for: wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, by: deadline, "no connection came about")
            wanted = PQconnectPoll(handle)
        }
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else { throw lost }
    }

    private func wait(for events: Int32, by deadline: Int64, _ failure: String) throws(PostgresError) {
        let left = deadline - MonotonicClock.now()
        guard left > 0, poll(events, for: Int32(left / 1_000_000) + 1) > 0 else {
            throw .lost("\(failure) in time")
        }
    }

    /// Returns a number above 0 when one of the events has come.
    private func poll(_ events: Int32, for milliseconds: Int32) -> Int32 {
        var place = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        let end = MonotonicClock.now() + Int64(milliseconds) * 1_000_000
        while true {
            let left = max(0, (end - MonotonicClock.now()) / 1_000_000)
            let count = Glibc.poll(&place, 1, Int32(left))
            guard count < 0, errno == EINTR else { return count }
        }
    }
}

/// Points in time by `MonotonicClock`, in nanoseconds.
enum Instants {
    static func after(_ time: Duration) -> Int64 {
        MonotonicClock.now() + time.components.seconds * 1_000_000_000
            + time.components.attoseconds / 1_000_000_000
    }

    /// Lets the time pass, or until a signal comes.
    static func pause(_ time: Duration) {
        _ = Glibc.poll(
            nil, 0, Int32(time.components.seconds * 1_000 + time.components.attoseconds / 1_000_000_000_000_000))
    }
}

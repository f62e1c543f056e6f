import HTTP
import Journal
import Metrics
import Store

/// The requests that wait for a batch on a database that servers share.
final class SharedBatches {
    /// A request, or one whose work is done.
    struct Waiting {
        let passage: Dispatcher.Passage
        /// What follows the work; nil: the request begins.
        let resume: Dispatcher.Resumption?
        /// The exchange as the work found it; nil: the request begins.
        let exchange: Exchange?
        let answer: (Answer) -> Void
    }

    /// The most requests of a batch.
    private static let most = 256
    /// In nanoseconds. The loop's timers are late by up to a millisecond, so it does not pay to wait less.
    private static let longWay: Int64 = 2_000_000
    /// How often a batch is run at most.
    static let attempts = 4

    let sharing: Sharing
    private var waiting: [Waiting] = []
    private(set) var isUnderWay = false
    /// Whether a batch has ended since the next one could last begin.
    private var hasJustEnded = false
    /// For how many requests the next batch waits, and until when by the monotonic clock at the latest.
    private var wanted = (count: 0, until: Int64(0))
    /// How many batches were run again.
    var repetitions = 0
    /// How many batches were answered before the database was asked.
    var answeredAhead = 0
    /// The warning that was logged last, since a batch was kept.
    private var lastWarning: String?

    init(_ sharing: Sharing) { self.sharing = sharing }

    func add(_ request: Waiting) { waiting.append(request) }

    /// Logs why a batch was not kept. The same reason is logged once until a batch is kept again.
    func warn(_ error: StoreError, _ emulator: Emulator) {
        guard lastWarning != error.message else { return }
        lastWarning = error.message
        emulator.warn(error, error.isUncertain ? "a batch may not be kept" : "a batch was not kept")
    }

    /// Logs that a batch was kept, if the one before was not.
    func noteKept(_ emulator: Emulator) {
        guard lastWarning.take() != nil else { return }
        emulator.warn("batches are kept again")
    }

    /// How long the next batch waits, although there are requests; nil: there are none, or a batch is under way.
    func rest(at now: Int64) -> Duration? {
        guard !isUnderWay, !waiting.isEmpty else { return nil }
        return hasJustEnded || waiting.count >= wanted.count ? .zero : .nanoseconds(max(0, wanted.until - now))
    }

    /// Begins the next batch with the requests that are returned; nil: it waits, or there is none.
    func begin(at now: Int64) -> [Waiting]? {
        defer { hasJustEnded = false }
        guard !hasJustEnded, rest(at: now) == .zero else { return nil }
        isUnderWay = true
        let taken = Array(waiting.prefix(SharedBatches.most))
        waiting.removeFirst(taken.count)
        return taken
    }

    /// Ends a batch of so many requests. Those who got its answers often ask more at once. When the way to the database is
    /// long, the next batch waits for them, a fourth of that time at most.
    func end(_ count: Int, at now: Int64) {
        (isUnderWay, hasJustEnded) = (false, true)
        let way = sharing.store.roundTrip
        wanted = (min(waiting.count + count, SharedBatches.most), way < SharedBatches.longWay ? now : now + way / 4)
    }

    func write(to writer: inout MetricsWriter) {
        writer.metric(
            "foilmock_batches_ahead_total", .counter,
            "Batches that were answered before the database was asked; those that it refused were run again.")
        writer.sample(answeredAhead)
        writer.metric(
            "foilmock_batches_run_again_total", .counter,
            "Batches that were run again: a server was in the way, the connection was lost, or more had to be locked.")
        writer.sample(repetitions)
    }
}

/// Batches on a database that servers share. The loop goes on while the database locks what a batch needs, and while it
/// commits; meanwhile requests wait for the next batch, except those that need nothing of the database.
extension Dispatcher {
    /// Whether a batch has begun that the database has not ended. Nothing may be asked of the store meanwhile.
    public var isBatchUnderWay: Bool { shared?.isUnderWay ?? false }

    /// Begins a batch with the requests that wait, unless one is under way. After a batch, the loop has an iteration without
    /// one for what must not meet a batch. Call it after each iteration of the loop.
    /// - Returns: after which time it must be called again, also when nothing happens; nil: there is no such time.
    public func beginBatch() -> Duration? {
        guard let shared else { return nil }
        let now = emulator.journal.monotonicNow()
        if let requests = shared.begin(at: now) { run(requests, shared, attempt: 1) }
        return shared.rest(at: now)
    }

    func needsBatch(_ passage: Passage) -> Bool {
        guard shared != nil else { return false }
        let head = passage.request.head
        guard let mount = passage.mount, mount.isControl,
            case .route(let route, _, _) = mount.router.match(head.method, head.pathBytes)
        else { return true }
        return !route.isOfServer
    }

    func pending(_ passage: Passage, _ resume: Resumption? = nil) -> Answer {
        .pending { [self] answer in
            shared?.add(
                SharedBatches.Waiting(
                    passage: passage, resume: resume, exchange: resume.map { _ in Exchange(passage.exchange) },
                    answer: answer))
        }
    }

    /// Goes on with a request whose work is done.
    func goOn(_ passage: Passage, _ resume: @escaping Resumption) -> Answer {
        shared == nil ? proceed(passage, resume) : pending(passage, resume)
    }

    private func run(_ requests: [SharedBatches.Waiting], _ shared: SharedBatches, attempt: Int) {
        let before = emulator.activity
        let undo = { [self] in
            emulator.activity = before
            emulator.dropRecords(of: shared.sharing)
        }
        let end = { [self] (answers: [Answer]) in
            let made = answered.take()
            emulator.endBatch(after: batchFailure.take(), in: shared.sharing.store) { [self] failure in
                if let failure, failure.isPassing, attempt < SharedBatches.attempts {
                    undo()
                    shared.repetitions += 1
                    return run(requests, shared, attempt: attempt + 1)
                }
                conclude(requests, answers, made, after: failure, shared)
            }
        }
        let answerAfter = { [self] (failure: StoreError?) in
            unprepared = failure
            let answers = answers(to: requests, shared.sharing)
            unprepared = nil
            end(answers)
        }
        do throws(StoreError) {
            var wanted = WantedAccounts()
            for request in requests { try want(request.passage, in: &wanted) }
            let ids = emulator.requestIDs
            if let answers = answersAhead(to: requests, &wanted, shared.sharing, canBeKept: attempt == 1) {
                shared.answeredAhead += 1
                return end(answers)
            }
            undo()
            // Not after a batch that was waited for: others may have got ids meanwhile.
            emulator.requestIDs = ids
            // Else each of several sandboxes that must be locked alone could take an attempt.
            emulator.prepare(wanted, mayShare: attempt == 1, then: answerAfter)
        } catch {
            answerAfter(error)
        }
    }

    /// Answers requests before the database is asked.
    /// - Returns: nil: only the database knows what they need. Then what they have changed in memory is put back, and the
    ///   players are wanted whom they have looked for.
    private func answersAhead(
        to requests: [SharedBatches.Waiting], _ wanted: inout WantedAccounts, _ sharing: Sharing, canBeKept: Bool
    ) -> [Answer]? {
        guard let cache = sharing.cache else { return nil }
        // A control call is about whole sandboxes.
        let asked = requests.filter { $0.passage.mount?.isControl != true }
        let isBegun = emulator.beginAhead(wanted) && canBeKept && asked.count == requests.count
        sharing.isTrial = !isBegun
        defer { sharing.isTrial = false }
        var answers: [Answer] = []
        wanted.players = cache.noting { answers = self.answers(to: asked, sharing) }
        if isBegun, batchFailure == nil, sharing.store.isAhead { return answers }
        _ = emulator.endBatch(failed: true)
        batchFailure = nil
        _ = answered.take()
        return nil
    }

    /// Gives the answers, when it is decided whether the batch is kept.
    private func conclude(
        _ requests: [SharedBatches.Waiting], _ answers: [Answer], _ made: AnsweredRequests.Batch,
        after failure: StoreError?, _ shared: SharedBatches
    ) {
        if let failure {
            shared.warn(failure, emulator)
        } else {
            shared.noteKept(emulator)
        }
        emulator.writeRecords(of: shared.sharing, isKept: failure == nil)
        answered.end(made, isKept: failure == nil)
        for (request, answer) in zip(requests, answers) {
            request.answer(failure.map { unsaved(answer, to: request.passage.request.head, $0) } ?? answer)
        }
        shared.end(requests.count, at: emulator.journal.monotonicNow())
    }

    private func answers(to requests: [SharedBatches.Waiting], _ sharing: Sharing) -> [Answer] {
        sharing.isAnswering = true
        defer { sharing.isAnswering = false }
        return requests.map(answer)
    }

    private func answer(_ request: SharedBatches.Waiting) -> Answer {
        var passage = request.passage
        if let before = request.exchange {
            passage.exchange.restore(before)
        } else {
            passage.at = emulator.arrivalTime
            passage.exchange = Exchange(passage.request.head)
        }
        return proceed(passage, request.resume)
    }

    /// The answer in place of one whose batch was dropped. Work goes on, because nothing depends on the batch.
    private func unsaved(_ answer: Answer, to head: RequestHead, _ error: StoreError) -> Answer {
        guard case .response(let response) = answer else { return answer }
        var failure: Failure = error.isUncertain ? .uncertain : response.isLasting ? .damaged : .unsaved
        if !error.isDamage, !error.isUncertain { failure.fields.add(.retryAfter, "1") }
        return .response(replacement(of: response, to: head, by: failure))
    }

    /// Adds the accounts that a request can be about.
    private func want(_ passage: Passage, in wanted: inout WantedAccounts) throws(StoreError) {
        let head = passage.request.head
        let mount = passage.mount
        guard let mount, mount.isControl else {
            return try emulator.want(
                place: passage.place, key: mount?.dialect.key(in: head), testPrefix: mount?.dialect.testKeyPrefix,
                token: head.bearerToken, in: &wanted)
        }
        guard case .route(let route, _, let parameters) = mount.router.match(head.method, head.pathBytes) else {
            return
        }
        if route.path.contains("{sandbox}") {
            emulator.want(parameters["sandbox"], in: &wanted)
        } else {
            wanted.extent = .all
        }
    }
}

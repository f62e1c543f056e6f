import Metrics

/// Counts and logs the answered requests of a batch when it has ended, because the time of a request includes the
/// commit.
final class AnsweredRequests {
    /// The answers of a batch.
    struct Batch {
        fileprivate var answers: [Answered] = []
        /// In the same order; empty where nothing is logged.
        fileprivate var entries: [Dispatcher.Entry] = []
    }

    /// An answer of the batch.
    fileprivate struct Answered {
        let route: RouteCounts
        /// Nil when the connection ended before the first byte.
        let status: Int?
        /// The start of the request on the monotonic clock, in nanoseconds.
        let began: Int64
    }

    private let log: ((Dispatcher.Entry) -> Void)?
    private let monotonic: () -> Int64
    private var batch = Batch()
    /// When the first request of the batch was taken up; nil: none was yet.
    private var started: Int64?
    private var sizes = Histogram(Histogram.batches)
    /// The nanoseconds in which requests were answered.
    private var engine: Int64 = 0

    init(log: ((Dispatcher.Entry) -> Void)?, monotonic: @escaping () -> Int64) {
        (self.log, self.monotonic) = (log, monotonic)
    }

    /// A request is taken up, or gone on with.
    /// - Parameter time: the time on the monotonic clock.
    func takesUp(at time: Int64) {
        if started == nil { started = time }
    }

    /// The request that was taken up waits for work on another thread.
    func rests() {
        if let started { engine += monotonic() - started }
        started = nil
    }

    /// - Parameter began: the start of the request on the monotonic clock, in nanoseconds.
    func add(_ route: RouteCounts, status: Int?, began: Int64, entry: () -> Dispatcher.Entry) {
        batch.answers.append(Answered(route: route, status: status, began: began))
        if log != nil { batch.entries.append(entry()) }
    }

    /// Counts an answer that waits for no batch.
    func addNow(_ route: RouteCounts, status: Int?, entry: Dispatcher.Entry) {
        route.add(status: status, duration: 0)
        log?(entry)
    }

    /// Ends the batch. `commit` returns whether it was kept; else its requests get other answers, which `addNow` counts.
    func endBatch(_ commit: () -> Bool) -> Bool {
        rests()
        let isKept = commit()
        if !batch.answers.isEmpty {
            end(batch, isKept: isKept)
            batch.answers.removeAll(keepingCapacity: true)
            if !batch.entries.isEmpty { batch.entries.removeAll(keepingCapacity: true) }
        }
        return isKept
    }

    /// Takes the batch out, to end it later, or never.
    func take() -> Batch {
        rests()
        var taken = Batch()
        swap(&taken, &batch)
        return taken
    }

    func end(_ batch: Batch, isKept: Bool) {
        sizes.add(Int64(batch.answers.count))
        if isKept { note(batch, at: monotonic()) }
    }

    private func note(_ batch: Batch, at now: Int64) {
        for answered in batch.answers { answered.route.add(status: answered.status, duration: now - answered.began) }
        guard let log else { return }
        for (answered, var entry) in zip(batch.answers, batch.entries) {
            entry.duration = now - answered.began
            log(entry)
        }
    }

    func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_batch_requests", .histogram, "Requests that one commit keeps.")
        writer.numbers(sizes)
        writer.metric(
            "foilmock_engine_seconds_total", .counter,
            "Time in which requests were read and answered, with reads and writes of the store and without the commit.")
        writer.sample(nanoseconds: engine)
    }
}

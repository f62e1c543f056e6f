import Metrics

/// Counts and logs the answered requests of a batch when it has ended, because the time of a request includes the
/// commit.
final class AnsweredRequests {
    struct Answered {
        let route: RouteCounts
        let status: Int?
        /// The start of the request on the monotonic clock, in nanoseconds.
        let began: Int64
        /// Nil where nothing is logged.
        let entry: Dispatcher.Entry?
    }

    private let log: ((Dispatcher.Entry) -> Void)?
    private let monotonic: () -> Int64
    private var batch: [Answered] = []
    private var sizes = Histogram(Histogram.batches)
    /// The nanoseconds in which requests were answered.
    private var engine: Int64 = 0

    init(log: ((Dispatcher.Entry) -> Void)?, monotonic: @escaping () -> Int64) {
        (self.log, self.monotonic) = (log, monotonic)
    }

    /// - Parameter started: when the work on the request started or went on, on the monotonic clock.
    func worked(since started: Int64) { engine += monotonic() - started }

    func add(_ answered: Answered) { batch.append(answered) }

    /// - Parameter isKept: whether the batch was kept; else its requests get other answers, which `addNow` counts.
    func endBatch(isKept: Bool) {
        guard !batch.isEmpty else { return }
        sizes.add(Int64(batch.count))
        if isKept {
            let now = monotonic()
            for answered in batch { note(answered, at: now) }
        }
        batch.removeAll(keepingCapacity: true)
    }

    /// Counts an answer that waits for no batch.
    func addNow(_ answered: Answered) { note(answered, at: monotonic()) }

    private func note(_ answered: Answered, at now: Int64) {
        let duration = now - answered.began
        answered.route.add(status: answered.status, duration: duration)
        guard let log, var entry = answered.entry else { return }
        entry.duration = duration
        log(entry)
    }

    func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_batch_requests", .histogram, "Requests that one commit keeps.")
        writer.numbers(sizes)
        writer.metric(
            "foilmock_engine_seconds_total", .counter,
            "Time in which requests were answered, with reads and writes of the store and without the commit.")
        writer.sample(nanoseconds: engine)
    }
}

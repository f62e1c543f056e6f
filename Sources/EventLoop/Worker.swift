/// Runs jobs on another thread, one after the other, and passes each result to the loop. It ends when the object is
/// deallocated; the result of a running job is then dropped.
public final class Worker<Value: Sendable> {
    public typealias Work = @Sendable () -> Value

    private struct Job {
        let work: Work
        let isWanted: () -> Bool
        let done: (Value) -> Void
    }

    private let remote: Remote
    /// The jobs that have not started.
    private var waiting: [Job] = []
    private var current: Job?
    /// After this many more jobs, waiting jobs that are no longer wanted are removed, to free their memory.
    private static var tidying: Int { 64 }
    /// True while it looks for the next job, so that a failure to make a thread leads to a loop and not to recursion.
    private var isBeginning = false

    public init(_ loop: Loop) { remote = loop.remote }

    /// Runs `work` on another thread, then `done` on the loop.
    /// - Parameters:
    ///   - isNext: whether the job comes before all waiting ones; for work that continues the last job.
    ///   - isWanted: called before the job starts, and now and then before that; when it returns false, the job is
    ///     dropped.
    public func run(
        _ work: @escaping Work, isNext: Bool = false, isWanted: @escaping () -> Bool = { true },
        done: @escaping (Value) -> Void
    ) {
        if waiting.count % Worker.tidying == Worker.tidying - 1 { waiting.removeAll { !$0.isWanted() } }
        waiting.insert(Job(work: work, isWanted: isWanted, done: done), at: isNext ? 0 : waiting.count)
        begin()
    }

    private func begin() {
        guard !isBeginning else { return }
        isBeginning = true
        defer { isBeginning = false }
        while current == nil, !waiting.isEmpty {
            let job = waiting.removeFirst()
            guard job.isWanted() else { continue }
            current = job
            let (work, remote, receiver) = (job.work, remote, Receiver(self))
            let isRunning = Background.run {
                let value = work()
                remote.submit { receiver.worker?.finish(value) }
            }
            // Without a thread the job runs here, even if it is slow.
            if !isRunning { finish(work()) }
        }
    }

    private func finish(_ value: Value) {
        guard let job = current else { return }
        current = nil
        job.done(value)
        begin()
    }

    /// Held by the thread, but read only on the loop, to which the worker belongs.
    private final class Receiver: @unchecked Sendable {
        private(set) weak var worker: Worker?

        init(_ worker: Worker) { self.worker = worker }
    }
}

/// Works things out on another thread, one after the other, and hands each result to the loop. It ends with its object:
/// what is then still worked on is dropped.
public final class Worker<Value: Sendable> {
    public typealias Work = @Sendable () -> Value

    private struct Job {
        let work: Work
        let isWanted: () -> Bool
        let done: (Value) -> Void
    }

    private let remote: Remote
    /// Without the one that is being worked on.
    private var waiting: [Job] = []
    private var current: Job?
    /// After so many more jobs those that nobody wants any more are let go of, with all that they hold.
    private static var tidying: Int { 64 }
    /// While it looks for the next job, so that a thread that cannot be had makes a loop and no recursion.
    private var isBeginning = false

    public init(_ loop: Loop) { remote = loop.remote }

    /// Has `work` run on another thread, then `done` on the loop.
    /// - Parameters:
    ///   - isNext: whether it comes before all that is waiting: for work that follows from what was done last.
    ///   - isWanted: asked when its turn comes, and now and then before; if not, nothing of it is done.
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
            // Without a thread it is done here, as slow as that may be.
            if !isRunning { finish(work()) }
        }
    }

    private func finish(_ value: Value) {
        guard let job = current else { return }
        current = nil
        job.done(value)
        begin()
    }

    /// Carried by the thread, but looked into on the loop alone: there the worker lives.
    private final class Receiver: @unchecked Sendable {
        private(set) weak var worker: Worker?

        init(_ worker: Worker) { self.worker = worker }
    }
}

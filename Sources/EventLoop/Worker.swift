/// Works things out on another thread, one after the other, and hands each result to the loop. It ends with its object:
/// what is then still worked on is dropped.
public final class Worker<Value: Sendable> {
    public typealias Work = @Sendable () -> Value

    private let remote: Remote
    /// The first is being worked on.
    private var jobs: [(work: Work, done: (Value) -> Void)] = []

    public init(_ loop: Loop) { remote = loop.remote }

    /// Has `work` run on another thread, then `done` on the loop.
    public func run(_ work: @escaping Work, done: @escaping (Value) -> Void) {
        jobs.append((work, done))
        if jobs.count == 1 { begin() }
    }

    private func begin() {
        guard let work = jobs.first?.work else { return }
        let (remote, receiver) = (remote, Receiver(self))
        let isRunning = Background.run {
            let value = work()
            remote.submit { receiver.worker?.finish(value) }
        }
        // Without a thread it is done here, as slow as that may be.
        if !isRunning { finish(work()) }
    }

    private func finish(_ value: Value) {
        let job = jobs.removeFirst()
        begin()
        job.done(value)
    }

    /// Carried by the thread, but looked into on the loop alone: there the worker lives.
    private final class Receiver: @unchecked Sendable {
        private(set) weak var worker: Worker?

        init(_ worker: Worker) { self.worker = worker }
    }
}

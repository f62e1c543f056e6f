import Glibc
import Support
import Testing

@testable import EventLoop

struct RemoteTests {
    @Test("Work from several threads runs on the loop, each thread's in its order")
    func manyThreads() {
        let loop = Loop()
        let log = Locked([[Int]](repeating: [], count: 4))
        let threads = (0..<4).map { index in
            let remote = loop.remote
            return Thread {
                for number in 0..<500 { remote.submit { log.withLock { $0[index].append(number) } } }
            }
        }
        #expect(run(loop) { log.withLock { $0.allSatisfy { $0.count == 500 } } })
        for thread in threads { thread.join() }
        #expect(log.withLock { $0.allSatisfy { $0 == Array(0..<500) } })
    }

    @Test("A sleeping loop wakes for submitted work")
    func wakes() {
        let loop = Loop()
        let isDone = Locked(false)
        let remote = loop.remote
        let thread = Thread { remote.submit { isDone.withLock { $0 = true } } }
        let giveUp = Timer(loop) { loop.stop() }
        giveUp.arm(after: .seconds(10))
        loop.run { if isDone.withLock({ $0 }) { loop.stop() } }
        thread.join()
        #expect(isDone.withLock { $0 })
    }

    @Test("Work that submits work runs it in a later round")
    func submitsAgain() {
        let loop = Loop()
        let remote = loop.remote
        let log = Locked([Int]())
        remote.submit {
            log.withLock { $0.append(1) }
            remote.submit { log.withLock { $0.append(3) } }
        }
        remote.submit { log.withLock { $0.append(2) } }
        #expect(run(loop) { log.withLock { $0.count } == 3 })
        #expect(log.withLock { $0 } == [1, 2, 3])
    }

    @Test("Work for a released loop is dropped")
    func outlives() {
        let remote = Loop().remote
        let hasRun = Locked(false)
        remote.submit { hasRun.withLock { $0 = true } }
        #expect(!hasRun.withLock { $0 })
    }
}

/// A thread of its own, which the test's pool does not wait for.
private final class Thread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private var handle = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Work(body)).toOpaque()
        pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, context)
    }

    func join() { pthread_join(handle, nil) }
}

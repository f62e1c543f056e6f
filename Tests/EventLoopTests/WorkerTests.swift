import Glibc
import Support
import Testing

@testable import EventLoop

@Suite("A worker")
struct WorkerTests {
    @Test("what was worked out elsewhere is handed to the loop, in the order in which it was asked for")
    func order() {
        let loop = Loop()
        let worker = Worker<UInt>(loop)
        let here = UInt(pthread_self())
        var done: [Int] = []
        var threads: [UInt] = []
        for number in 0..<5 {
            worker.run {
                UInt(pthread_self())
            } done: { thread in
                done.append(number)
                threads.append(thread)
            }
        }
        #expect(done.isEmpty, "nothing is handed over before the loop runs")
        #expect(run(loop) { done.count == 5 })
        #expect(done == [0, 1, 2, 3, 4])
        #expect(!threads.contains(here))
    }

    @Test("a worker that is gone hands over nothing")
    func gone() {
        let loop = Loop()
        var worker: Worker<Int>? = Worker(loop)
        var isDone = false
        worker?.run {
            1
        } done: { _ in
            isDone = true
        }
        worker = nil
        let last = Worker<Int>(loop)
        var hasPassed = false
        last.run {
            2
        } done: { _ in
            hasPassed = true
        }
        #expect(run(loop) { hasPassed })
        #expect(!isDone)
    }
}

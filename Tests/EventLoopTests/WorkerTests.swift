import Glibc
import Support
import Testing

@testable import EventLoop

@Suite("A worker")
struct WorkerTests {
    @Test("results are delivered on the loop, in the order of the work")
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

    @Test("a released worker delivers nothing")
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

    @Test(
        "work marked as next goes before all that waits, and unwanted work is not done")
    func next() {
        let loop = Loop()
        let worker = Worker<Int>(loop)
        var done: [Int] = []
        worker.run {
            1
        } done: { _ in
            done.append(1)
            worker.run({ 2 }, isNext: true) { done.append($0) }
        }
        worker.run({ 3 }, isWanted: { false }) { done.append($0) }
        worker.run({ 4 }) { done.append($0) }
        #expect(run(loop) { done.count == 3 })
        #expect(done == [1, 2, 4])
    }

    @Test("unwanted work is released long before its turn")
    func tidying() {
        final class Held: Sendable {}
        let loop = Loop()
        let worker = Worker<Int>(loop)
        weak var first: Held?
        do {
            let held = Held()
            first = held
            worker.run({ 0 }) { _ in }
            worker.run({ withExtendedLifetime(held) { 1 } }, isWanted: { false }) { _ in }
        }
        #expect(first != nil)
        for number in 0..<64 { worker.run({ number }) { _ in } }
        #expect(first == nil)
    }
}

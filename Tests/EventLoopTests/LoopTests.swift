import EventLoop
import Support
import Testing

struct LoopTests {
    @Test("Work for the next iteration runs after this one has ended")
    func nextIteration() {
        let loop = Loop()
        var log: [String] = []
        loop.nextIteration {
            log.append("first")
            loop.nextIteration {
                log.append("second")
                loop.stop()
            }
        }
        loop.run { log.append("end") }
        #expect(log == ["first", "end", "second", "end"])
    }

    @Test("Repeated work for the next iteration does not starve events")
    func eventsInAskedForTurns() {
        let loop = Loop()
        var hasFired = false
        let timer = Timer(loop) { hasFired = true }
        timer.arm(after: .milliseconds(2))
        func again() { if !hasFired { loop.nextIteration { again() } } }
        again()
        #expect(run(loop) { hasFired })
    }

    @Test("A loop without work sleeps and does not end")
    func sleeps() {
        let loop = Loop()
        var turns = 0
        let timer = Timer(loop) { loop.stop() }
        timer.arm(after: .milliseconds(20))
        loop.run { turns += 1 }
        #expect((1...5).contains(turns))
    }
}

struct TimerTests {
    @Test("A timer fires once, and not before its time")
    func firesOnce() {
        let loop = Loop()
        var fired: [Instant] = []
        let timer = Timer(loop) { fired.append(loop.now) }
        let deadline = loop.now + .milliseconds(3)
        timer.arm(at: deadline)
        let later = Timer(loop) { loop.stop() }
        later.arm(after: .milliseconds(20))
        loop.run()
        #expect(fired.count == 1)
        #expect(fired.allSatisfy { $0 >= deadline })
    }

    @Test("Timers fire in the order of their deadlines, and arming again replaces the deadline")
    func order() {
        let loop = Loop()
        var log: [Int] = []
        let timers = (0..<3).map { index in Timer(loop) { log.append(index) } }
        timers[0].arm(after: .milliseconds(1))
        timers[1].arm(after: .milliseconds(10))
        timers[2].arm(after: .milliseconds(20))
        timers[0].arm(after: .milliseconds(30))
        #expect(run(loop) { log.count == 3 })
        #expect(log == [1, 2, 0])
    }

    @Test("A timer with a past deadline fires soon, but not from within arm")
    func past() {
        let loop = Loop()
        var hasFired = false
        let timer = Timer(loop) { hasFired = true }
        timer.arm(at: Instant(nanoseconds: 0))
        #expect(!hasFired)
        #expect(run(loop) { hasFired })
    }

    @Test("A cancelled timer and a released one do not fire")
    func ends() {
        let loop = Loop()
        var fired = 0
        let cancelled = Timer(loop) { fired += 1 }
        var gone: Timer? = Timer(loop) { fired += 1 }
        cancelled.arm(after: .milliseconds(1))
        gone?.arm(after: .milliseconds(1))
        cancelled.cancel()
        gone = nil
        let later = Timer(loop) { loop.stop() }
        later.arm(after: .milliseconds(10))
        loop.run()
        #expect(fired == 0)
    }

    @Test("A timer may be released in its own call")
    func endsWithin() {
        let loop = Loop()
        var hasFired = false
        var timer: Timer?
        timer = Timer(loop) {
            timer = nil
            hasFired = true
        }
        timer?.arm(after: .milliseconds(1))
        #expect(run(loop) { hasFired })
    }
}

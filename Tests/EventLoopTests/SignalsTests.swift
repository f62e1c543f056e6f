import EventLoop
import Glibc
import Support
import Testing

@Suite(.serialized) struct SignalsTests {
    @Test("A signal sent to the process is reported on the loop")
    func reported() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        let loop = Loop()
        var received: [Int32] = []
        let signals = Signals(loop, [SIGUSR1, SIGUSR2]) { number, _ in received.append(number) }
        kill(getpid(), SIGUSR2)
        #expect(run(loop) { received == [SIGUSR2] })
        withExtendedLifetime(signals) {}
    }

    @Test("The origin of a signal is the process that sent it or the kernel")
    func origin() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        let loop = Loop()
        var origins: [SignalOrigin] = []
        let signals = Signals(loop, [SIGALRM, SIGUSR1]) { origins.append($1) }
        kill(getpid(), SIGUSR1)
        #expect(run(loop) { origins == [.process] })
        // A timer of the kernel sends this one.
        ualarm(1000, 0)
        #expect(run(loop) { origins.count == 2 })
        #expect(origins.last == .kernel)
        withExtendedLifetime(signals) {}
    }

    @Test("The origin is known again after another object had the signal")
    func originAgain() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        for _ in 0..<2 {
            let loop = Loop()
            var origins: [SignalOrigin] = []
            let signals = Signals(loop, [SIGUSR1]) { origins.append($1) }
            kill(getpid(), SIGUSR1)
            #expect(run(loop) { origins == [.process] })
            withExtendedLifetime(signals) {}
        }
    }

    @Test("A signal that the process ignores stays ignored")
    func ignored() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        let before = signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, before) }
        let loop = Loop()
        var received: [Int32] = []
        let signals = Signals(loop, [SIGUSR1, SIGUSR2]) { number, _ in received.append(number) }
        kill(getpid(), SIGUSR1)
        kill(getpid(), SIGUSR2)
        #expect(run(loop) { !received.isEmpty })
        #expect(received == [SIGUSR2])
        withExtendedLifetime(signals) {}
    }

    @Test("A signal that is blocked is unblocked")
    func blocked() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        var number = sigset_t()
        sigemptyset(&number)
        sigaddset(&number, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &number, nil)
        defer { pthread_sigmask(SIG_UNBLOCK, &number, nil) }
        let signals = Signals(Loop(), [SIGUSR1]) { _, _ in }
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        #expect(sigismember(&mask, SIGUSR1) == 0)
        withExtendedLifetime(signals) {}
    }

    @Test("A loop makes writing to a closed pipe an error instead of a signal")
    func brokenPipe() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        let loop = Loop()
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        #expect(write(ends[1], "x", 1) == -1)
        #expect(errno == EPIPE)
        close(ends[1])
        withExtendedLifetime(loop) {}
    }

    @Test("The limit of descriptors is raised and never lowered")
    func descriptors() {
        SignalTurn.begin()
        defer { SignalTurn.end() }
        let before = DescriptorLimit.raise(to: 0)
        #expect(before > 0)
        #expect(DescriptorLimit.raise(to: 16) == before)
        #expect(DescriptorLimit.raise(to: before) == before)
    }
}

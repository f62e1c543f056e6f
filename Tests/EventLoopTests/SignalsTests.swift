import EventLoop
import Glibc
import Support
import Testing

@Suite(.serialized) struct SignalsTests {
    @Test("A signal sent to the process is reported on the loop")
    func reported() {
        let loop = Loop()
        var received: [Int32] = []
        let signals = Signals(loop, [SIGUSR1, SIGUSR2]) { received.append($0) }
        kill(getpid(), SIGUSR2)
        #expect(run(loop) { received == [SIGUSR2] })
        withExtendedLifetime(signals) {}
    }

    @Test("A loop makes writing to a closed pipe an error instead of a signal")
    func brokenPipe() {
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
        let before = DescriptorLimit.raise(to: 0)
        #expect(before > 0)
        #expect(DescriptorLimit.raise(to: 16) == before)
        #expect(DescriptorLimit.raise(to: before) == before)
    }
}

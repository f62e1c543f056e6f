import Glibc

/// Who sent a signal: the kernel, as for the keys and the hang-up of a terminal, or a process.
public enum SignalOrigin: Sendable {
    case kernel
    case process
}

/// Knows who sent the last signal of each number. libevent does not, so a handler of ours runs before libevent's.
enum SignalOrigins {
    /// One more than the largest number of a signal.
    static let count: Int32 = 65
    /// `si_code` of the kernel's own signals.
    private static let kernelCode: Int32 = 0x80

    // By number. Plain memory, because a handler may neither lock nor allocate.
    nonisolated(unsafe) private static let codes = {
        let codes = UnsafeMutablePointer<Int32>.allocate(capacity: Int(count))
        codes.initialize(repeating: 0, count: Int(count))
        return codes
    }()
    nonisolated(unsafe) private static let next = {
        let next = UnsafeMutablePointer<__sighandler_t?>.allocate(capacity: Int(count))
        next.initialize(repeating: nil, count: Int(count))
        return next
    }()

    /// Call it when libevent handles the signal. Libevent puts back the handling from before when its event is freed.
    static func note(_ number: Int32) {
        // The memory is made here, not in the handler.
        _ = (codes, next)
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0, action.sa_flags & SA_SIGINFO == 0 else { return }
        next[Int(number)] = action.__sigaction_handler.sa_handler
        action.__sigaction_handler.sa_sigaction = { number, info, _ in
            SignalOrigins.codes[Int(number)] = info?.pointee.si_code ?? 0
            SignalOrigins.next[Int(number)]?(number)
        }
        action.sa_flags |= SA_SIGINFO
        sigaction(number, &action, nil)
    }

    static func last(of number: Int32) -> SignalOrigin { codes[Int(number)] == kernelCode ? .kernel : .process }
}

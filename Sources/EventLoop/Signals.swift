import CLibevent
import Glibc

/// Calls `received` on the loop's thread for signals sent to the process, until the object is deallocated. Only one
/// loop of a process can have signals.
public final class Signals {
    /// The signals that ask a process to end.
    public static let termination = [SIGTERM, SIGINT]

    private let loop: Loop
    private let received: (Int32, SignalOrigin) -> Void
    private var handles: [OpaquePointer] = []

    /// A signal that the process ignores stays ignored, except SIGCHLD: whoever has started the process wants that, as
    /// `nohup` does for SIGHUP. A signal that is blocked is unblocked, because a program inherits that too.
    public init(
        _ loop: Loop, _ numbers: [Int32] = Signals.termination, received: @escaping (Int32, SignalOrigin) -> Void
    ) {
        self.loop = loop
        self.received = received
        let taken = numbers.filter { $0 == SIGCHLD || !IgnoredSignals.contain($0) }
        // Unretained: the handles are freed before this object is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        handles = taken.compactMap { number in
            event_new(
                loop.base, number, Int16(EV_SIGNAL | EV_PERSIST),
                { number, _, context in
                    guard let context else { return }
                    let signals = Unmanaged<Signals>.fromOpaque(context).takeUnretainedValue()
                    signals.received(number, SignalOrigins.last(of: number))
                }, context)
        }
        for handle in handles { event_add(handle, nil) }
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for number in taken {
            SignalOrigins.note(number)
            sigaddset(&unblocked, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    deinit {
        for handle in handles { event_free(handle) }
    }
}

/// The signals that the process ignores.
public enum IgnoredSignals {
    /// Those that it ignored when this was first read: read it before anything changes how a signal is handled.
    public static let atStart = (1..<SignalOrigins.count).filter(contain)

    /// Whether the process ignores the signal now.
    static func contain(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // SIG_IGN is 1 in the place of a function. Functions cannot be compared.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}

import CLibevent
import Glibc

/// Calls `received` on the loop's thread for signals sent to the process, until the object is deallocated. Only one
/// loop of a process can have signals.
public final class Signals {
    /// The signals that ask a process to end.
    public static let termination = [SIGTERM, SIGINT]

    private let loop: Loop
    private let received: (Int32) -> Void
    private var handles: [OpaquePointer] = []

    public init(_ loop: Loop, _ numbers: [Int32] = Signals.termination, received: @escaping (Int32) -> Void) {
        self.loop = loop
        self.received = received
        // Unretained: the handles are freed before this object is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        handles = numbers.compactMap { number in
            event_new(
                loop.base, number, Int16(EV_SIGNAL | EV_PERSIST),
                { number, _, context in
                    guard let context else { return }
                    Unmanaged<Signals>.fromOpaque(context).takeUnretainedValue().received(number)
                }, context)
        }
        for handle in handles { event_add(handle, nil) }
    }

    deinit {
        for handle in handles { event_free(handle) }
    }
}

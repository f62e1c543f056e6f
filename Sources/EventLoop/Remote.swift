import CLibevent

/// The only part of a loop that other threads can use. It can outlive the loop; then work is dropped.
public struct Remote: Sendable {
    let mailbox: Mailbox

    /// Runs `work` on the loop's thread, after earlier submissions. Returns at once.
    public func submit(_ work: @escaping @Sendable () -> Void) { mailbox.submit(work) }
}

/// The work that other threads have submitted, and the event that wakes the loop for it.
final class Mailbox: Sendable {
    private struct Contents {
        var work: [@Sendable () -> Void] = []
        /// Owned here; nil before `open` and after `close`.
        var wakeUp: OpaquePointer?
    }

    private let contents = Locked(Contents())

    func open(on base: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()  // the loop owns the mailbox and closes it first
        let wakeUp = event_new(
            base, -1, Int16(EV_PERSIST),
            { _, _, context in
                guard let context else { return }
                Unmanaged<Mailbox>.fromOpaque(context).takeUnretainedValue().runAll()
            }, context)
        contents.withLock { $0.wakeUp = wakeUp }
    }

    func close() {
        contents.withLock {
            if let wakeUp = $0.wakeUp { event_free(wakeUp) }
            $0 = Contents()
        }
    }

    /// Wakes the loop only for the first piece of work. The event is activated under the lock, so that `close` cannot
    /// free it meanwhile.
    func submit(_ work: @escaping @Sendable () -> Void) {
        contents.withLock {
            guard let wakeUp = $0.wakeUp else { return }
            $0.work.append(work)
            if $0.work.count == 1 { event_active(wakeUp, 0, 0) }
        }
    }

    private func runAll() {
        let due = contents.withLock { contents in
            defer { contents.work = [] }
            return contents.work
        }
        for work in due { work() }
    }
}

import CLibevent

/// Reports that a descriptor, which another library owns, can be read or written. It ends when the object is
/// deallocated, which must be before the descriptor is closed.
public final class DescriptorWatch {
    private let ready: () -> Void
    private var readable: OpaquePointer?
    private var writable: OpaquePointer?

    /// A watch that reports nothing before `wait`.
    /// - Parameter ready: called on the loop, once after each `wait`, or more often.
    public init(_ loop: Loop, _ descriptor: Int32, ready: @escaping () -> Void) {
        self.ready = ready
        // Unretained: the handles are freed before this object is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        func event(_ kind: Int32) -> OpaquePointer? {
            event_new(
                loop.base, descriptor, Int16(kind),
                { _, _, context in
                    guard let context else { return }
                    Unmanaged<DescriptorWatch>.fromOpaque(context).takeUnretainedValue().ready()
                }, context)
        }
        readable = event(EV_READ)
        writable = event(EV_WRITE)
    }

    deinit {
        for handle in [readable, writable] { if let handle { event_free(handle) } }
    }

    /// Reports the next time that the descriptor can be read, or written if that is asked.
    public func wait(forWriting: Bool) {
        if let readable { event_add(readable, nil) }
        if forWriting, let writable { event_add(writable, nil) }
    }
}

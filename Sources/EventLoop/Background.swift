import Glibc

/// Starts threads for work that can block.
public enum Background {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread, which ends with it. Returns false when the system cannot make a thread.
    public static func run(_ body: @escaping @Sendable () -> Void) -> Bool {
        var handle = pthread_t()
        let context = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return false
        }
        pthread_detach(handle)
        return true
    }
}

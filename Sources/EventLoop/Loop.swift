import CLibevent
import Glibc

/// Waits for sockets, timers and signals, and calls their handlers. Everything made with a loop is used only on the
/// thread that runs the loop; none of it is `Sendable`. Other threads use `remote`.
public final class Loop {
    let base: OpaquePointer
    private let mailbox = Mailbox()
    /// Where streams receive: each uses it only within one event.
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 1)
    private var isRunning = false
    private var nextWork: [() -> Void] = []

    public init() {
        Loop.prepareProcess
        guard let base = event_base_new() else { fatalError("libevent cannot wait for events on this system") }
        self.base = base
        mailbox.open(on: base)
    }

    deinit {
        mailbox.close()
        event_base_free(base)
        input.deallocate()
    }

    /// Thread support of libevent must be enabled before its first base. Writing to a closed socket gives an error
    /// instead of SIGPIPE.
    private static let prepareProcess: Void = {
        evthread_use_pthreads()
        signal(SIGPIPE, SIG_IGN)
    }()

    public var now: Instant { .now() }

    public var remote: Remote { Remote(mailbox: mailbox) }

    /// Runs until `stop()`. Each iteration calls all handlers that are due, then `afterEachIteration`.
    public func run(afterEachIteration: () -> Void = {}) {
        isRunning = true
        while isRunning {
            iterate()
            afterEachIteration()
        }
    }

    /// Ends `run` once the iteration is over, `afterEachIteration` included.
    public func stop() { isRunning = false }

    /// Runs `work` in the next iteration, never in this one. The loop does not sleep before it.
    public func nextIteration(_ work: @escaping () -> Void) { nextWork.append(work) }

    private func iterate() {
        let due = nextWork
        nextWork = []
        // Without ONCE a busy server would never come back from NONBLOCK; both together are one pass.
        let flags = EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY | (due.isEmpty ? 0 : EVLOOP_NONBLOCK)
        guard event_base_loop(base, flags) >= 0 else { fatalError("libevent failed to wait for events") }
        for work in due { work() }
    }
}

extension Loop {
    /// The version of the libevent library in use.
    public static var libraryVersion: String { String(cString: event_get_version()) }
}

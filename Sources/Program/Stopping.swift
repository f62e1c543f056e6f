import Glibc

/// Ends the server: running requests are finished first, unless a second signal comes.
final class Stopping {
    private let drain: () -> Void
    private let leave: () -> Void
    private var isDraining = false
    private var isAsked = false

    /// - Parameters:
    ///   - drain: begins to finish the running requests.
    ///   - leave: removes what the process must not leave behind, before it ends at once.
    init(drain: @escaping () -> Void, leave: @escaping () -> Void) { (self.drain, self.leave) = (drain, leave) }

    /// Begins to finish the running requests. Later calls do nothing: when a terminal closes, both the system and the
    /// shell send SIGHUP.
    func begin() {
        guard !isDraining else { return }
        isDraining = true
        drain()
    }

    /// Called for SIGTERM and SIGINT: the second call ends the process at once, with this exit code.
    func asked(atOnce exitCode: Int32) {
        if isAsked {
            leave()
            _exit(exitCode)
        }
        isAsked = true
        begin()
    }
}

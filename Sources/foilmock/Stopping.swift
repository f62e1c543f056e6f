import Glibc

/// How the server ends: what runs is finished first, unless a signal asks a second time.
final class Stopping {
    private let drain: () -> Void
    private var isDraining = false
    private var isAsked = false

    init(drain: @escaping () -> Void) { self.drain = drain }

    /// Begins to finish what runs. A terminal that closes says so more than once: the system does, and a shell.
    func begin() {
        guard !isDraining else { return }
        isDraining = true
        drain()
    }

    /// By SIGTERM or SIGINT: the second ends the process at once.
    func asked() {
        if isAsked { _exit(App.Exit.atOnce) }
        isAsked = true
        begin()
    }
}

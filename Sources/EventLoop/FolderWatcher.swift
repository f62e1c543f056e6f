import Glibc

/// The side of a `FolderWatch` that has a thread of its own, where a slow disk keeps nobody waiting.
struct FolderWatcher: Sendable {
    struct Pace: Sendable {
        /// Between two looks of which nobody was told that they are due.
        var interval = Duration.seconds(1)
        /// How long whoever writes is left alone. An editor's save is several changes.
        var rest = Duration.milliseconds(50)
        var usesInotify = true
    }

    let folder: String
    let counts: @Sendable (String) -> Bool
    /// Nil: the folder is not watched.
    let known: FolderFingerprint?
    /// Owned here. A byte asks for a load, the end is the end.
    let bell: Int32
    let pace: Pace
    let load: @Sendable () -> Void

    func start() {
        guard Background.run(run) else { fatalError("the system has no thread for \(folder)") }
    }

    private func run() {
        defer { close(bell) }
        let inotify = known != nil && pace.usesInotify ? Inotify() : nil
        func look() -> FolderFingerprint {
            FolderFingerprint(of: folder, counts: counts) { inotify?.listen(to: $0) }
        }
        var known = known
        while true {
            let ring = ring()
            if ring == .over { return }
            if let before = known {
                var now = look()
                if ring == .none, now != before {
                    now = FolderWatcher.settled(from: now) {
                        rest()
                        return look()
                    }
                }
                known = now
                if ring == .load || now != before { load() }
            } else if ring == .load {
                load()
            }
            wait(inotify)
        }
    }

    /// Looks until it sees the same twice, at most `rounds` times: whoever writes may not be done.
    static func settled<View: Equatable>(from first: View, rounds: Int = 20, look: () -> View) -> View {
        var last = first
        for _ in 0..<rounds {
            let next = look()
            if next == last { break }
            last = next
        }
        return last
    }

    private enum Ring {
        case none, load, over
    }

    private func ring() -> Ring {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(bell, &bytes, bytes.count)
        return count > 0 ? .load : count == 0 ? .over : .none
    }

    /// Until the bell, a change or the time for another look. Changes that follow one another are one.
    private func wait(_ inotify: Inotify?) {
        var sources = [bell, inotify?.descriptor ?? -1].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&sources, nfds_t(sources.count), known == nil ? -1 : Int32(pace.interval.nanoseconds / 1_000_000))
        guard sources[1].revents != 0 else { return }
        rest()
        inotify?.drain()
    }

    private func rest() {
        usleep(UInt32(pace.rest.nanoseconds / 1000))
    }
}

import Glibc

/// The part of a `FolderWatch` that runs on its own thread, where a slow disk does not block the loop.
struct FolderWatcher: Sendable {
    struct Pace: Sendable {
        /// The time between two checks when inotify reports nothing.
        var interval = Duration.seconds(1)
        /// How long it waits after a change, because an editor's save is several changes.
        var rest = Duration.milliseconds(50)
        var usesInotify = true
    }

    let folder: String
    let counts: @Sendable (String) -> Bool
    /// Nil: the folder is not watched.
    let known: FolderFingerprint?
    /// The read end of a pipe, owned here. A byte requests a load; the end of input ends the thread.
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

    /// Calls `look` until two results are equal, at most `rounds` times, because a writer may not be done.
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

    /// Waits for a byte in the pipe, a change or the next check. Changes in quick succession count as one.
    private func wait(_ inotify: Inotify?) {
        var sources = [bell, inotify?.descriptor ?? -1].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&sources, nfds_t(sources.count), known == nil ? -1 : Int32(pace.interval.nanoseconds / 1_000_000))
        guard sources[1].revents != 0 else { return }
        rest()
        inotify?.drain()
    }

    private func rest() { pace.pause() }
}

extension FolderWatcher.Pace {
    fileprivate func pause() { usleep(UInt32(rest.nanoseconds / 1000)) }
}

extension FolderFingerprint {
    /// The fingerprint when nothing has changed for a moment, because a writer may not be done. Waits some seconds at most.
    /// - Parameter counts: as in `init`.
    public func settled(of folder: String, counts: (String) -> Bool) -> FolderFingerprint {
        FolderWatcher.settled(from: self) {
            FolderWatcher.Pace().pause()
            return FolderFingerprint(of: folder, counts: counts)
        }
    }
}

import CLibevent
import Glibc

/// Has a folder loaded away from the loop, when it has changed or when asked to. It ends with its object.
public final class FolderWatch<Loaded: Sendable> {
    private let loaded: (Loaded) -> Void
    private let bell: Int32

    /// `load` runs on a thread of its own; what it returns is handed to `loaded` on the loop.
    ///
    /// - Parameter known: what the folder looked like before it was last loaded; what differs is a change. Nil: changes
    ///   are not looked for, and only `load()` loads.
    /// - Parameter counts: whether the file of that path below the folder counts.
    public convenience init(
        _ loop: Loop, _ folder: String, counts: @escaping @Sendable (String) -> Bool, since known: FolderFingerprint?,
        load: @escaping @Sendable () -> Loaded, loaded: @escaping (Loaded) -> Void
    ) {
        self.init(
            loop, folder, counts: counts, since: known, pace: FolderWatcher.Pace(), load: load, loaded: loaded)
    }

    init(
        _ loop: Loop, _ folder: String, counts: @escaping @Sendable (String) -> Bool, since known: FolderFingerprint?,
        pace: FolderWatcher.Pace,
        load: @escaping @Sendable () -> Loaded, loaded: @escaping (Loaded) -> Void
    ) {
        self.loaded = loaded
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { fatalError("the system has no pipe for \(folder)") }
        for end in ends {
            evutil_make_socket_nonblocking(end)
            evutil_make_socket_closeonexec(end)
        }
        bell = ends[1]
        let receiver = Receiver(self)
        let remote = loop.remote
        FolderWatcher(folder: folder, counts: counts, known: known, bell: ends[0], pace: pace) {
            let value = load()
            remote.submit { receiver.watch?.loaded(value) }
        }
        .start()
    }

    deinit {
        close(bell)
    }

    /// Has the folder loaded, changed or not. Returns at once.
    public func load() {
        // A bell that is full has been rung.
        write(bell, "!", 1)
    }

    /// Carried by the thread, but looked into on the loop alone: there the watch lives.
    private final class Receiver: @unchecked Sendable {
        private(set) weak var watch: FolderWatch?

        init(_ watch: FolderWatch) { self.watch = watch }
    }
}

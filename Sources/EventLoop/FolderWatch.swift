import CLibevent
import Glibc

/// Loads a folder on another thread, when it has changed or when `load()` is called. It ends when the object is
/// deallocated.
public final class FolderWatch<Loaded: Sendable> {
    private let loaded: (Loaded) -> Void
    private let bell: Int32

    /// `load` runs on a separate thread; its result is passed to `loaded` on the loop.
    ///
    /// - Parameter known: the fingerprint before the folder was last loaded; a different one is a change. Nil: the
    ///   folder is not watched, and only `load()` loads it.
    /// - Parameter counts: whether the file at that path below the folder is included.
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

    /// Loads the folder, changed or not. Returns at once.
    public func load() {
        // When the pipe is full, a load has been requested already.
        write(bell, "!", 1)
    }

    /// Held by the thread, but read only on the loop, to which the watch belongs.
    private final class Receiver: @unchecked Sendable {
        private(set) weak var watch: FolderWatch?

        init(_ watch: FolderWatch) { self.watch = watch }
    }
}

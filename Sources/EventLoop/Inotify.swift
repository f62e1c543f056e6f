import Glibc

/// Receives changes in folders, as far as the system reports them: it does not for every mount, nor beyond its limits.
/// So no method reports a failure, and changes must also be found in another way.
final class Inotify {
    /// Readable when something has changed. Negative, which `poll` ignores, when the system has no inotify instance
    /// left.
    let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))

    /// Reading a file does not count as a change, because otherwise each load would be one.
    private static let changes = UInt32(
        IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF
            | IN_MOVE_SELF)

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Watches the entries of the folder from now on, but not those of subfolders. A second call for a folder has no
    /// effect; a removed folder is no longer watched.
    func listen(to folder: String) {
        inotify_add_watch(descriptor, folder, Inotify.changes | UInt32(IN_ONLYDIR))
    }

    /// Discards the pending events; only that there were some matters.
    func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}

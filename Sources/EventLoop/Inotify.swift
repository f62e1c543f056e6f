import Glibc

/// Hears of changes in folders, where the system tells of them: it does not on every mount, nor beyond its limits. So
/// nothing here reports a failure, and nobody may rely on it alone.
final class Inotify {
    /// Readable when something has happened. Negative, which `poll` passes over, if the system has none to give.
    let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))

    /// Reading a file is no change, or loading what has changed would be one.
    private static let changes = UInt32(
        IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF
            | IN_MOVE_SELF)

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Listens to what lies in the folder from now on, not to what lies deeper. Asking again costs a call and changes
    /// nothing; a folder that is removed is forgotten.
    func listen(to folder: String) {
        inotify_add_watch(descriptor, folder, Inotify.changes | UInt32(IN_ONLYDIR))
    }

    /// Throws away what was told. That there was something is all that counts.
    func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}

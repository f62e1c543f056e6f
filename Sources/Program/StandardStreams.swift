import Glibc

/// The three descriptors that every program expects to be open.
enum StandardStreams {
    /// Opens those that are closed, so that no file or socket of the server gets their numbers. Reading and writing them
    /// fails as before, because each is opened for the other.
    static func fill() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", mode)
        }
    }
}

import EventLoop
import Glibc

/// A place for the ready file that is not a regular file: `/dev/stdout`, a pipe, a device. It is written to and stays.
enum ReadyPlace {
    /// Writes to the path, if something other than a regular file or a folder is there.
    /// - Returns: false when nothing was written, because a file belongs there.
    static func write(_ bytes: [UInt8], to path: String) throws(AppError) -> Bool {
        var info = stat()
        guard stat(path, &info) == 0 else { return false }
        let kind = info.st_mode & S_IFMT
        if let stream = stream(at: path, info) {
            guard Descriptor.write(bytes, on: stream).code == nil else { throw Disk.failure(path) }
            return true
        }
        guard kind != S_IFREG, kind != S_IFDIR else { return false }
        // Without O_NONBLOCK opening a pipe would wait for a reader, and no signal would end the program.
        let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        if descriptor < 0, errno == ENXIO, kind == S_IFIFO, writeLater(bytes, to: path) { return true }
        try Disk.write(bytes, to: descriptor < 0 ? nil : fdopen(descriptor, "wb"), path)
        return true
    }

    /// The standard stream that the path leads to, as `/dev/stdout` does: a regular file there must go on where the
    /// stream is, and a socket cannot be opened by a path. A regular file's own path is the file, not the stream.
    private static func stream(at path: String, _ info: stat) -> Int32? {
        var own = stat()
        guard lstat(path, &own) == 0, own.st_mode & S_IFMT != S_IFREG else { return nil }
        return [STDOUT_FILENO, STDERR_FILENO].first { stream in
            var open = stat()
            return fstat(stream, &open) == 0 && open.st_dev == info.st_dev && open.st_ino == info.st_ino
        }
    }

    /// Writes to a pipe that has no reader yet, once it has one. The process does not wait for that at its end.
    private static func writeLater(_ bytes: [UInt8], to path: String) -> Bool {
        Background.run {
            let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
            guard descriptor >= 0 else { return }
            // A failure is not reported: it means that the reader has closed the pipe.
            _ = Descriptor.write(bytes, on: descriptor)
            close(descriptor)
        }
    }
}

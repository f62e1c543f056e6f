import EventLoop
import Glibc
import JSON

/// A file that exists while the server accepts requests, and tells scripts its URL. It appears complete, and only this
/// user can read it, because it holds the control token.
///
/// The server keeps its file open and locked. So a file without a lock is one that a killed server left behind, and no
/// other file can be taken for this one while it is open.
final class ReadyFile {
    private let path: String
    /// The descriptor of the file; nil when it is removed, and when there is no file of the server's own to remove: a
    /// pipe, a device, a standard stream.
    private var descriptor: Int32?

    /// Writes the file. A regular file at the path is replaced, where a link leads to if the path is one. Anything else
    /// there is written to.
    init(_ path: String, url: String, key: String, token: String, metrics: String?) throws(AppError) {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("url", url)
        writer.member("api_key", key)
        writer.member("control_url", "\(url)/_foilmock")
        writer.member("control_token", token)
        if let metrics { writer.member("metrics_url", metrics) }
        writer.member("process_id", Int(getpid()))
        writer.endObject()
        let bytes = writer.bytes + [UInt8(ascii: "\n")]
        if try ReadyPlace.write(bytes, to: path) {
            self.path = path
        } else {
            self.path = Disk.target(of: path)
            descriptor = try ReadyFile.replace(self.path, with: bytes)
        }
    }

    deinit { remove() }

    /// Removes the file, unless another file has replaced it.
    func remove() {
        guard let descriptor else { return }
        self.descriptor = nil
        ReadyFile.remove(path, ifIt: descriptor)
        close(descriptor)
    }

    /// Removes a file that a killed server left at the path. The file of a running server stays, and so does a file
    /// that no server has written.
    static func sweep(_ path: String) { _ = server(at: Disk.target(of: path)) }

    /// The running server whose file it is; nil if there is none. Removes a file that a killed server left.
    static func server(at path: String) -> RunningServers.Server? {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let contents = contents(of: descriptor) else { return nil }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
            remove(path, ifIt: descriptor)
            return nil
        }
        guard let url = contents["url"]?.string, let token = contents["control_token"]?.string else { return nil }
        let time = info.st_mtim
        return RunningServers.Server(
            url: url, token: token, readyAt: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Writes a new file and puts it at the path. Its contents are never in a file that another user can read: an
    /// existing file would keep its permissions, and a process that has it open could read them.
    /// - Returns: the open file, which this process has locked.
    private static func replace(_ path: String, with bytes: [UInt8]) throws(AppError) -> Int32 {
        var draft = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&draft)
        guard descriptor >= 0 else { throw Disk.failure(path) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        flock(descriptor, LOCK_EX | LOCK_NB)
        do throws(AppError) {
            guard Descriptor.write(bytes, on: descriptor).code == nil, rename(draft, path) == 0 else {
                throw Disk.failure(path)
            }
        } catch {
            unlink(draft)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Removes the path if it is the open file.
    private static func remove(_ path: String, ifIt descriptor: Int32) {
        guard names(path, descriptor) else { return }
        // Another server can put its file here at this moment. So the path is moved away first, and what was moved is
        // put back if it is not the file after all.
        let aside = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))"
        guard rename(path, aside) == 0 else { return }
        if !names(aside, descriptor) { link(aside, path) }
        unlink(aside)
    }

    /// Whether the path is the open file itself.
    private static func names(_ path: String, _ descriptor: Int32) -> Bool {
        var found = stat()
        var held = stat()
        return lstat(path, &found) == 0 && fstat(descriptor, &held) == 0 && found.st_dev == held.st_dev
            && found.st_ino == held.st_ino
    }

    /// What an open file says, if it holds what a server writes.
    private static func contents(of descriptor: Int32) -> JSONValue? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, let contents = try? JSONReader.read(Array(bytes[..<count])), contents["control_url"] != nil,
            contents["process_id"] != nil
        else { return nil }
        return contents
    }
}

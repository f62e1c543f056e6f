import Glibc
import JSON

/// A file that exists while the server accepts requests, and tells scripts its URL. It appears complete, and is removed
/// when the server ends. It holds the control token, so only this user can read it.
struct ReadyFile {
    private let path: String
    /// The status of the written file; nil when it is a pipe or a device, which is not removed.
    private let written: stat?

    init(_ path: String, url: String, key: String, token: String) throws(AppError) {
        self.path = path
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("url", url)
        writer.member("api_key", key)
        writer.member("control_url", "\(url)/_foilmock")
        writer.member("control_token", token)
        writer.member("process_id", Int(getpid()))
        writer.endObject()
        written = try Disk.writeSecret(writer.bytes + [UInt8(ascii: "\n")], to: path)
    }

    /// Removes the file, unless another file has replaced it.
    func remove() {
        var info = stat()
        guard let written, lstat(path, &info) == 0, info.st_dev == written.st_dev, info.st_ino == written.st_ino
        else { return }
        unlink(path)
    }
}

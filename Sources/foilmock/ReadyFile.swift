import Glibc
import JSON

/// Tells a script that the server takes requests, and where: a file that is there when that is so, whole at once, and gone
/// when the server is. It holds the control token, so nobody else may read it.
struct ReadyFile {
    private let path: String
    /// What was written; nil where that is not a file to remove.
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

    /// Removes the file, unless another one is in its place by now.
    func remove() {
        var info = stat()
        guard let written, lstat(path, &info) == 0, info.st_dev == written.st_dev, info.st_ino == written.st_ino
        else { return }
        unlink(path)
    }
}

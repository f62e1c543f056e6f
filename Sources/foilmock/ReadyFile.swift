import Glibc
import JSON

/// Tells a script that the server takes requests, and where: a file that is there when that is so, whole at once, and gone
/// when the server is. It holds the control token, so nobody else may read it.
struct ReadyFile {
    private let path: String

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
        let draft = "\(path).\(getpid())"
        try Disk.writeSecret(writer.bytes + [UInt8(ascii: "\n")], to: draft)
        guard rename(draft, path) == 0 else {
            unlink(draft)
            throw .failure("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    func remove() { unlink(path) }
}

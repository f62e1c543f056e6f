import Glibc

/// A folder for one test, removed with everything in it when the test lets go of it.
public final class TemporaryFolder {
    public let path: String

    public init() {
        var template = Array("/tmp/foilmock-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no temporary folder: errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Removes what is at the path. Symbolic links are removed, not followed.
    private static func remove(_ path: String) {
        if unlink(path) != 0, let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(folder)
            rmdir(path)
        }
    }

    /// The whole path of what has that name here.
    public func place(_ name: String) -> String { "\(path)/\(name)" }

    /// What is in a folder here; nothing when there is none.
    public func names(in name: String) -> [String] {
        guard let folder = opendir(place(name)) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    public func makeFolder(_ name: String) {
        let made = mkdir(place(name), 0o755)
        precondition(made == 0, "cannot make \(name): errno \(errno)")
    }

    /// Writes a file and returns its whole path.
    @discardableResult
    public func write(_ text: String, to name: String) -> String {
        guard let file = fopen(place(name), "wb") else { preconditionFailure("cannot write \(name): errno \(errno)") }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        return place(name)
    }
}

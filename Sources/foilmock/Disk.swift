import Glibc

/// Makes folders and files at paths that the user has given.
enum Disk {
    /// Makes the folder and those above it, as far as they do not exist.
    static func makeFolders(_ path: String) throws(AppError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for count in parts.indices.map({ $0 + 1 }) where !parts[count - 1].isEmpty {
            _ = try makeFolder(parts[..<count].joined(separator: "/"))
        }
    }

    /// Makes the folder. Returns false when the path exists.
    static func makeFolder(_ path: String) throws(AppError) -> Bool {
        if mkdir(path, 0o777) == 0 { return true }
        guard errno == EEXIST else { throw failure(path) }
        return false
    }

    static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// The place that a symbolic link leads to, also one where nothing is yet; any other path as it is.
    static func target(of path: String) -> String {
        var place = path
        // The system follows 40 links at most.
        for _ in 0..<40 {
            guard let next = link(at: place) else { return place }
            let folder = place.lastIndex(of: "/").map { place[...$0] } ?? ""
            place = next.hasPrefix("/") ? next : folder + next
        }
        return path
    }

    /// What the symbolic link at a path says; nil when there is none.
    private static func link(at path: String) -> String? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &text, text.count)
        return count < 0 ? nil : String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes the file, and replaces an existing one.
    static func write(_ bytes: [UInt8], to path: String) throws(AppError) {
        try write(bytes, to: fopen(path, "wb"), path)
    }

    static func write(_ bytes: [UInt8], to file: UnsafeMutablePointer<FILE>?, _ path: String) throws(AppError) {
        guard let file else { throw failure(path) }
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else { throw failure(path) }
    }

    static func failure(_ path: String) -> AppError {
        .failure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}

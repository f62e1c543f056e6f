import Glibc

/// Makes folders and files where the user wants them.
enum Disk {
    /// Makes the folder and those above it; what is there stays.
    static func makeFolders(_ path: String) throws(AppError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for count in parts.indices.map({ $0 + 1 }) where !parts[count - 1].isEmpty {
            _ = try makeFolder(parts[..<count].joined(separator: "/"))
        }
    }

    /// Makes the folder; false when something is there already.
    static func makeFolder(_ path: String) throws(AppError) -> Bool {
        if mkdir(path, 0o777) == 0 { return true }
        guard errno == EEXIST else { throw failure(path) }
        return false
    }

    /// Writes the file, in place of one that is there.
    static func write(_ bytes: [UInt8], to path: String) throws(AppError) {
        try write(bytes, to: fopen(path, "wb"), path)
    }

    /// Writes a file that nobody but this user may read, in place of one that is there.
    static func writeSecret(_ bytes: [UInt8], to path: String) throws(AppError) {
        // A file that was there would keep its rights, and whoever has it open would read along.
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try write(bytes, to: descriptor < 0 ? nil : fdopen(descriptor, "wb"), path)
    }

    private static func write(_ bytes: [UInt8], to file: UnsafeMutablePointer<FILE>?, _ path: String) throws(AppError) {
        guard let file else { throw failure(path) }
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else { throw failure(path) }
    }

    private static func failure(_ path: String) -> AppError {
        .failure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}

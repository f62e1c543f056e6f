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

    /// The target of a symbolic link; any other path as it is.
    static func target(of path: String) -> String {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFLNK, let place = realpath(path, nil) else {
            return path
        }
        defer { free(place) }
        return String(cString: place)
    }

    /// Writes the file, and replaces an existing one.
    static func write(_ bytes: [UInt8], to path: String) throws(AppError) {
        try write(bytes, to: fopen(path, "wb"), path)
    }

    /// Writes a file that only this user can read. The complete file replaces an existing one by renaming: an existing
    /// file would keep its permissions, and a process that has it open could read the secret. A pipe or a device is
    /// written to directly.
    /// - Returns: the status of the new file; nil for a pipe or a device.
    static func writeSecret(_ bytes: [UInt8], to path: String) throws(AppError) -> stat? {
        var info = stat()
        if stat(path, &info) == 0, ![S_IFREG, S_IFDIR].contains(info.st_mode & S_IFMT) {
            // Without O_NONBLOCK opening a pipe would wait for a reader, and no signal would end the program.
            let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            try write(bytes, to: descriptor < 0 ? nil : fdopen(descriptor, "wb"), path)
            return nil
        }
        // The name is new, so there is no file to remove first.
        var draft = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&draft)
        guard descriptor >= 0 else { throw failure(path) }
        fstat(descriptor, &info)
        do throws(AppError) {
            try write(bytes, to: fdopen(descriptor, "wb"), path)
            guard rename(draft, path) == 0 else { throw failure(path) }
        } catch {
            unlink(draft)
            throw error
        }
        return info
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

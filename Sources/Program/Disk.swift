import Glibc

/// Makes folders and files at paths that the user has given.
enum Disk {
    /// Makes the folder and those above it, as far as they do not exist.
    static func makeFolders(_ path: String, mode: mode_t = 0o777) throws(AppError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for count in parts.indices.map({ $0 + 1 }) where !parts[count - 1].isEmpty {
            _ = try makeFolder(parts[..<count].joined(separator: "/"), mode: mode)
        }
    }

    /// Makes the folder. Returns false when the path exists.
    static func makeFolder(_ path: String, mode: mode_t = 0o777) throws(AppError) -> Bool {
        if mkdir(path, mode) == 0 { return true }
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

    /// Writes all files, or none: each beside its place first. Nothing is followed, and without `replaces` nothing that
    /// is in a place is replaced.
    static func write(_ files: [(bytes: [UInt8], path: String)], replaces: Bool) throws(AppError) {
        var drafts: [(draft: String, path: String)] = []
        defer { for (draft, _) in drafts { unlink(draft) } }
        for (bytes, path) in files {
            let draft = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))"
            let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw failure(path) }
            drafts.append((draft, path))
            try write(bytes, to: fdopen(descriptor, "wb"), path)
        }
        for (place, file) in drafts.enumerated() {
            guard replaces ? rename(file.draft, file.path) == 0 : Glibc.link(file.draft, file.path) == 0 else {
                let failure = failure(file.path)
                if !replaces { for (_, path) in drafts[..<place] { unlink(path) } }
                throw failure
            }
        }
    }

    /// Whether a file is there that is no link.
    static func isPlainFile(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    /// The names of a folder's entries, sorted; none when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            if let name, !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func failure(_ path: String) -> AppError {
        .failure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}

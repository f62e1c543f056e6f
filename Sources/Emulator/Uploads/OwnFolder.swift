import Fixtures
import Glibc

/// A folder that belongs to this process's user and that no other user can enter. Every operation uses the folder's
/// descriptor and follows no link, so it acts in this folder and nowhere else.
struct OwnFolder: ~Copyable {
    private let folder: OpenFile
    private let path: String

    /// Why a folder is not used, or a file not kept, and what to do.
    typealias Refusal = UploadFolder.Refusal

    /// Opens a folder; nil when it does not exist.
    /// - Parameter warn: called when other users had rights in the folder, which are then removed. Every version makes
    ///   the folder with mode 700, so another mode came later, by a copy or from a volume's `fsGroup`. Refusing such a
    ///   folder would not be safer.
    static func open(_ path: String, warn: (String) -> Void) throws(Refusal) -> OwnFolder? {
        try open(path, in: AT_FDCWD, path, warn)
    }

    private static func open(
        _ name: String, in parent: Int32, _ path: String, _ warn: (String) -> Void
    ) throws(Refusal) -> OwnFolder? {
        var info = stat()
        guard fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw Refusal(path)
        }
        switch info.st_mode & S_IFMT {
        case S_IFDIR: break
        case S_IFLNK: throw Refusal(path, "is a link", "put the folder itself in its place")
        default: throw Refusal(path, "is not a folder", "move it away")
        }
        // The folder could have been replaced since, so the open one is checked again.
        guard info.st_uid == geteuid() else { throw Refusal(path, ownedBy: info.st_uid) }
        guard let folder = OpenFile(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) else {
            throw Refusal(path)
        }
        guard folder.info.st_uid == geteuid() else { throw Refusal(path, ownedBy: folder.info.st_uid) }
        let mode = folder.info.st_mode & 0o7777
        if mode & 0o077 != 0 {
            guard fchmod(folder.descriptor, 0o700) == 0, fstat(folder.descriptor, &info) == 0,
                info.st_mode & 0o077 == 0
            else {
                throw Refusal(
                    path, "is open to other users (mode \(String(mode, radix: 8))), and its mode cannot be changed",
                    "use a disk that keeps modes")
            }
            warn("\(path) was open to other users (mode \(String(mode, radix: 8))); its mode is now 700")
        }
        return OwnFolder(folder: folder, path: path)
    }

    /// Opens a folder in this one; nil when it does not exist.
    func subfolder(_ name: String, warn: (String) -> Void) throws(Refusal) -> OwnFolder? {
        try OwnFolder.open(name, in: folder.descriptor, "\(path)/\(name)", warn)
    }

    /// Makes a folder in this one, unless the name exists.
    func makeSubfolder(_ name: String) throws(Refusal) {
        guard mkdirat(folder.descriptor, name, 0o700) == 0 || errno == EEXIST else {
            throw Refusal("\(path)/\(name)")
        }
    }

    /// Makes a file to write; throws when the name exists.
    func newFile(_ name: String) throws(Refusal) -> OpenFile {
        let descriptor = openat(folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard let file = OpenFile(descriptor) else { throw Refusal("\(path)/\(name)") }
        return file
    }

    /// Opens a file to read; nil unless the name is a regular file of this user. It does not block.
    func file(_ name: String) -> OpenFile? {
        let descriptor = openat(folder.descriptor, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard let file = OpenFile(descriptor), file.isRegular, file.info.st_uid == geteuid() else { return nil }
        return file
    }

    func rename(_ name: String, to other: String) throws(Refusal) {
        guard renameat(folder.descriptor, name, folder.descriptor, other) == 0 else {
            throw Refusal("\(path)/\(other)")
        }
    }

    func removeFile(_ name: String) { unlinkat(folder.descriptor, name, 0) }

    /// Removes a folder in this one if it is empty.
    func removeSubfolder(_ name: String) { unlinkat(folder.descriptor, name, AT_REMOVEDIR) }

    /// Removes this folder if it is empty and its path still names it.
    func removeItself() {
        if isInPlace { rmdir(path) }
    }

    /// Whether the path still names this folder.
    var isInPlace: Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_dev == folder.info.st_dev && info.st_ino == folder.info.st_ino
    }

    /// Locks the folder against other processes until this value is destroyed, by the end of the process too. Returns
    /// false when another holds the lock, or the disk knows no locks.
    func lock() -> Bool { flock(folder.descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// The names in the folder.
    func names() -> [String] { OwnFolder.names(in: folder.descriptor) }

    /// The names in an open folder, whoever owns it.
    static func names(in folder: Int32) -> [String] {
        let descriptor = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        guard let directory = fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}

extension UploadFolder {
    /// Why the folder is not used, or a file in it not kept.
    public struct Refusal: Error {
        /// Names the path, what is wrong, and what to do.
        public let message: String
    }
}

extension UploadFolder.Refusal {
    /// The refusal with the system's message for `errno`.
    init(_ path: String) { self.init(message: "\(path): \(String(cString: strerror(errno)))") }

    init(_ path: String, _ fault: String, _ remedy: String) {
        self.init(message: "\(path) \(fault): \(remedy), or name another database with --db FILE")
    }

    init(_ path: String, ownedBy owner: uid_t) {
        self.init(
            path, "belongs to user \(owner), and the server runs as user \(geteuid())",
            "give it to that user with chown if its content is the server's")
    }
}

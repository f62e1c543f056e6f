import Glibc

/// The metadata of the files in a folder. When two fingerprints are equal, the files are the same, as far as the system
/// reports without reading them. Hidden files and folders are not included, and neither are files that `counts`
/// rejects.
public struct FolderFingerprint: Equatable, Sendable {
    private struct Entry: Hashable {
        let path: String
        /// 0 when the status cannot be read.
        var mode: mode_t = 0
        /// This and the members below are set for files only: an editor's swap file changes the times of its folder.
        var inode: ino_t = 0
        var size: off_t = 0
        /// Seconds and nanoseconds.
        var modified: [Int] = []
        /// The time of the last status change, which also changes when the modification time is set back.
        var changed: [Int] = []
    }

    /// Deeper folders are not entered, and further entries are ignored, because a link can lead to a parent folder.
    static let depthLimit = 8
    static let entryLimit = 20_000

    private var entries: Set<Entry> = []

    /// Reads the metadata of the folder and everything below; links are followed. `counts` decides by the path below
    /// the folder whether a file is included; `entering` is called with each folder before it is read.
    public init(of folder: String, counts: (String) -> Bool, entering: (String) -> Void = { _ in }) {
        add(folder, "", 0, counts, entering)
    }

    private mutating func add(
        _ root: String, _ below: String, _ depth: Int, _ counts: (String) -> Bool, _ entering: (String) -> Void
    ) {
        let folder = root + below
        entering(folder)
        guard depth < FolderFingerprint.depthLimit, let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while entries.count < FolderFingerprint.entryLimit, let next = readdir(directory) {
            let name = withUnsafeBytes(of: next.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.utf8.first != UInt8(ascii: ".") else { continue }
            var entry = Entry(path: "\(folder)/\(name)")
            var info = stat()
            guard stat(entry.path, &info) == 0 else {
                entries.insert(entry)
                continue
            }
            entry.mode = info.st_mode
            switch info.st_mode & S_IFMT {
            case S_IFDIR:
                entries.insert(entry)
                add(root, "\(below)/\(name)", depth + 1, counts, entering)
            case S_IFREG where counts(String("\(below)/\(name)".unicodeScalars.dropFirst())):
                entry.inode = info.st_ino
                entry.size = info.st_size
                entry.modified = [info.st_mtim.tv_sec, info.st_mtim.tv_nsec]
                entry.changed = [info.st_ctim.tv_sec, info.st_ctim.tv_nsec]
                entries.insert(entry)
            default: break
            }
        }
    }
}

import Exact
import Glibc

/// Reads a fixture folder from disk.
public enum FixtureFolder {
    /// A fixture file holds a few kilobytes; a larger one is a mistake that should not fill the memory.
    public static let fileLimit = 8 << 20
    static let depthLimit = 8

    /// A folder on the way from the root, by which a link that leads back to it is found.
    private struct Ancestor: Equatable {
        let device: dev_t
        let inode: ino_t

        init(_ info: stat) { (device, inode) = (info.st_dev, info.st_ino) }
    }

    /// An entry that reading a folder passes over, and that could be more than a note.
    public struct LeftOut {
        /// Below the root.
        public let path: String
        public let reason: String
        public let isFolder: Bool
    }

    /// Every regular file below `root`, by path, hidden ones left out. Stories, and files that are not fixtures, come
    /// without their bytes. Links are followed, but files that are read must be in the folder, and no folder is entered
    /// again below itself. An entry that cannot be read and could be no fixture is left out, as are folders nested too
    /// deep for one.
    /// - Parameter note: called with what is left out, except hidden files and links that lead back.
    /// - Throws: a `Diagnostic` that names the path that could not be read.
    public static func read(
        _ root: String, leavingOut note: (LeftOut) -> Void = { _ in }
    ) throws(Diagnostic) -> [FixtureFile] {
        var files: [FixtureFile] = []
        var info = stat()
        guard stat(root, &info) == 0 else { throw Diagnostic(unreadable: root) }
        try read(root, "", [Ancestor(info)], note, &files)
        return files.sorted { ExactText($0.path) < ExactText($1.path) }
    }

    private static func read(
        _ root: String, _ below: String, _ ancestors: [Ancestor], _ note: (LeftOut) -> Void,
        _ files: inout [FixtureFile]
    ) throws(Diagnostic) {
        let folder = below.isEmpty ? root : "\(root)/\(below)"
        guard let directory = opendir(folder) else {
            let failure = Diagnostic(unreadable: folder)
            guard below.isEmpty || FixturePath.canHoldFixtures(below) else {
                return note(LeftOut(path: below, reason: failure.message, isFolder: true))
            }
            throw failure
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard bytes.first != UInt8(ascii: ".") else { continue }
            let repaired = String(decoding: bytes, as: UTF8.self)
            let path = below.isEmpty ? repaired : "\(below)/\(repaired)"
            guard let name = String(validating: bytes, as: UTF8.self), name === repaired else {
                let reason = "has a name that is not UTF-8: rename it"
                if FixturePath.wouldBeFixture(path) { throw Diagnostic(file: "\(root)/\(path)", message: reason) }
                note(LeftOut(path: path, reason: reason, isFolder: false))
                continue
            }
            var info = stat()
            guard stat("\(root)/\(path)", &info) == 0 else {
                let failure = Diagnostic(unreadable: "\(root)/\(path)")
                if FixturePath.wouldBeFixture(path) { throw failure }
                note(LeftOut(path: path, reason: failure.message, isFolder: false))
                continue
            }
            switch (info.st_mode & S_IFMT, FixturePath(path)) {
            case (S_IFDIR, .accounts), (S_IFDIR, .persona), (S_IFDIR, .machine): throw irregular("\(root)/\(path)")
            case (S_IFDIR, _):
                let here = Ancestor(info)
                if ancestors.contains(here) { continue }
                guard ancestors.count < depthLimit else {
                    note(LeftOut(path: path, reason: "is more than \(depthLimit) folders deep", isFolder: true))
                    continue
                }
                try read(root, path, ancestors + [here], note, &files)
            case (S_IFREG, .other), (S_IFREG, .story): files.append(FixtureFile(path: path, bytes: []))
            case (S_IFREG, .media):
                _ = try open(path, below: root)
                files.append(FixtureFile(path: path, bytes: []))
            case (S_IFREG, _):
                let file = try open(path, below: root)
                guard file.info.st_size <= fileLimit else {
                    files.append(.unread(path, OpenFile.larger(than: fileLimit)))
                    continue
                }
                let bytes = try file.contents(of: "\(root)/\(path)", limit: fileLimit)
                files.append(FixtureFile(path: path, bytes: bytes))
            case (_, .accounts), (_, .persona), (_, .machine): throw irregular("\(root)/\(path)")
            default: note(LeftOut(path: path, reason: irregular(path).message, isFolder: false))
            }
        }
    }

    /// Whether loading uses the file at that path below the folder, even if only to check that it exists.
    public static func counts(_ path: String) -> Bool {
        switch FixturePath(path) {
        case .other, .story: false
        case .accounts, .persona, .machine, .media, .misplaced: true
        }
    }

    /// Reads a whole file that the user named, up to `limit` bytes. It can be a pipe.
    public static func contents(_ path: String, limit: Int = fileLimit) throws(Diagnostic) -> [UInt8] {
        guard let file = OpenFile(Glibc.open(path, O_RDONLY | O_CLOEXEC)) else { throw Diagnostic(unreadable: path) }
        return try file.contents(of: path, limit: limit)
    }

    /// Reads a whole file of a fixture folder, by its path below the folder.
    public static func contents(_ path: String, below root: String) throws(Diagnostic) -> [UInt8] {
        try open(path, below: root).contents(of: "\(root)/\(path)", limit: fileLimit)
    }

    /// Opens a regular file in a folder, and never waits for one, as opening a pipe does. Links are followed as long as
    /// they lead to a place in the folder, as those of a Kubernetes volume do.
    private static func open(_ path: String, below root: String) throws(Diagnostic) -> OpenFile {
        let whole = "\(root)/\(path)"
        guard let folder = OpenFile(Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw Diagnostic(unreadable: root)
        }
        let descriptor = openat(folder.descriptor, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard let file = OpenFile(descriptor) else { throw Diagnostic(unreadable: whole) }
        guard file.isRegular else { throw irregular(whole) }
        // Checked on the open file, because the path can name another file by now.
        let inside = place(of: folder)
        let place = place(of: file)
        guard place.utf8.starts(with: (inside == "/" ? "/" : "\(inside)/").utf8) else {
            throw Diagnostic(
                file: whole,
                message: "is reached by a link out of the fixture folder, to \(place): put a copy in its place")
        }
        return file
    }

    private static func irregular(_ path: String) -> Diagnostic {
        Diagnostic(file: path, message: "is not a regular file: put one in its place, or remove it")
    }

    /// Where an open file is, without links.
    private static func place(of file: borrowing OpenFile) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink(
                "/proc/self/fd/\(file.descriptor)", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

import Crypto
import Fixtures
import Glibc
import HTTP

/// The uploaded files, as `<sandbox>/<sha256>.<type>` below one folder. Only this program makes the names
/// (`UploadName`): no text from a caller becomes part of a path, and files with other names are never removed.
///
/// Each call opens the folder again, so the folder can be removed while the server runs.
public final class UploadFolder {
    /// Nil: a temporary folder that is not made yet.
    private var path: String?
    /// The folder in which a temporary one is made; nil: the folder is permanent.
    private let temporaryPlace: String?
    /// The temporary folder, locked; nil before it is made. A temporary folder without a lock is one that a killed
    /// process left.
    private var temporary: OwnFolder?
    /// Logs a warning about a change in the folder.
    private let warn: (String) -> Void
    private var lastNumber = 0

    /// A permanent folder, which is made for the first file.
    public init(_ path: String, warn: @escaping (String) -> Void) {
        self.path = path
        self.warn = warn
        temporaryPlace = nil
    }

    /// A temporary folder for this run, which is made in `place` for the first file, with a random name.
    public init(temporaryIn place: String) {
        temporaryPlace = place
        warn = { _ in }
    }

    /// Writes a file, piece by piece, and returns its path below the folder. It gets its name when it is complete.
    /// - Throws: a 503 when it cannot be stored, and what reading the content throws.
    func keep(_ content: UploadContent, as type: MediaType, in sandbox: String) throws(Failure) -> String {
        let folder = try storing { () throws(Refusal) in try made(sandbox) }
        lastNumber += 1
        let draft = UploadName.draft(lastNumber)
        let file = try storing { () throws(Refusal) in try folder.newFile(draft) }
        do {
            let digest = Digest.SHA256()
            try content.forEachPiece { (piece) throws(Failure) in
                digest.update(piece)
                try storing { () throws(Refusal) in try write(piece, to: file) }
            }
            let name = UploadName.picture(digest.finish(), type)
            try storing { () throws(Refusal) in try folder.rename(draft, to: name) }
            return "\(sandbox)/\(name)"
        } catch {
            folder.removeFile(draft)
            throw error
        }
    }

    private func storing<Result: ~Copyable>(_ store: () throws(Refusal) -> Result) throws(Failure) -> Result {
        do {
            return try store()
        } catch {
            throw Failure(.unavailable, "The file could not be stored: \(error.message)")
        }
    }

    /// The bytes of the file at a path that `keep` returned; nil when it does not exist.
    func contents(_ path: String) -> [UInt8]? {
        guard let (sandbox, picture) = UploadName.parts(of: path) else { return nil }
        do {
            guard let root = try found(), let folder = try root.subfolder(sandbox, warn: warn),
                let file = folder.file(picture)
            else { return nil }
            return try file.contents(of: path, limit: .max)
        } catch {
            return nil
        }
    }

    /// Removes a sandbox's files. Files that this program did not make stay, and then the folder stays too.
    func remove(_ sandbox: String) {
        do throws(Refusal) {
            guard let root = try found() else { return }
            try clear(sandbox, in: root, keeping: [])
        } catch {
            warn("uploads were not removed: \(error.message)")
        }
    }

    /// Removes the folder with every file that this run kept, if it is a temporary one.
    public func removeTemporary() {
        guard temporaryPlace != nil, let root = try? found() else { return }
        empty(root)
        temporary = nil
    }

    /// Checks that the folder belongs to this user alone, and removes this program's files that are not in `known`:
    /// their account was removed, or their row was never written. If the folder is a temporary one, removes those that
    /// processes left when they were killed. Call it before the first request, after locking the database.
    /// - Throws: the message for the user when the folder or a sandbox's folder cannot be used.
    public func sweep(keeping known: Set<String>) throws(Refusal) {
        if let temporaryPlace { return sweepLeft(in: temporaryPlace) }
        guard let root = try found() else { return }
        var removed = 0
        for sandbox in root.names() where UploadName.isSandbox(sandbox) {
            removed += try clear(sandbox, in: root, keeping: known)
        }
        guard removed > 0 else { return }
        warn(
            "\(removed) \(removed == 1 ? "picture" : "pictures") in \(path ?? "") that the database does not know "
                + "\(removed == 1 ? "was" : "were") removed")
    }

    /// Removes all of this program's files in a temporary folder, and the folder if nothing else is in it.
    private func empty(_ root: borrowing OwnFolder) {
        for sandbox in root.names() where UploadName.isSandbox(sandbox) {
            _ = try? clear(sandbox, in: root, keeping: [])
        }
        root.removeItself()
    }

    /// - Returns: how many pictures were removed.
    @discardableResult
    private func clear(
        _ sandbox: String, in root: borrowing OwnFolder, keeping known: Set<String>
    ) throws(Refusal) -> Int {
        guard let folder = try root.subfolder(sandbox, warn: warn) else { return 0 }
        var removed = 0
        for name in folder.names() where UploadName.isPicture(name) || UploadName.isLeftDraft(name) {
            guard !known.contains("\(sandbox)/\(name)") else { continue }
            folder.removeFile(name)
            if UploadName.isPicture(name) { removed += 1 }
        }
        root.removeSubfolder(sandbox)
        return removed
    }

    /// Opens the folder; nil when it does not exist.
    private func found() throws(Refusal) -> OwnFolder? {
        guard let path else { return nil }
        return try OwnFolder.open(path, warn: warn)
    }

    /// Opens a sandbox's folder, and makes it when it does not exist.
    private func made(_ sandbox: String) throws(Refusal) -> OwnFolder {
        if let root = try found() { return try made(sandbox, in: root) }
        if let temporaryPlace {
            try makeTemporary(in: temporaryPlace)
        } else if let path {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Refusal(path) }
        }
        guard let root = try found() else { throw Refusal(path ?? "") }
        return try made(sandbox, in: root)
    }

    private func makeTemporary(in place: String) throws(Refusal) {
        // Before it is locked, another process can take it for one that was left. Then another folder is made.
        for _ in 0..<10 {
            var template = Array("\(place)/\(UploadName.temporary)XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw Refusal(place) }
            let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = made
            guard let root = try OwnFolder.open(made, warn: warn) else { continue }
            let isLocked = root.lock()
            guard isLocked || errno != EWOULDBLOCK, root.isInPlace else { continue }
            temporary = consume root
            return
        }
        throw Refusal(message: "\(place): no folder of our own can be made there")
    }

    /// Removes the temporary folders in a place that processes left when they were killed. Files that this program did
    /// not make stay, and then their folder stays too.
    private func sweepLeft(in place: String) {
        guard let opened = OpenFile(open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return }
        for name in OwnFolder.names(in: opened.descriptor) where UploadName.isTemporary(name) {
            guard let root = try? OwnFolder.open("\(place)/\(name)", warn: warn), root.lock() else { continue }
            empty(root)
        }
    }

    private func made(_ sandbox: String, in root: borrowing OwnFolder) throws(Refusal) -> OwnFolder {
        try root.makeSubfolder(sandbox)
        guard let folder = try root.subfolder(sandbox, warn: warn) else { throw Refusal(sandbox) }
        return folder
    }

    private func write(_ piece: [UInt8], to file: borrowing OpenFile) throws(Refusal) {
        var sent = 0
        while sent < piece.count {
            let count = piece.withUnsafeBytes {
                Glibc.write(file.descriptor, $0.baseAddress! + sent, piece.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Refusal(message: String(cString: strerror(errno))) }
            sent += count
        }
    }
}

import Exact
import Fixtures
import Glibc
import JSON

/// The fixture folder that an import writes to.
struct ImportFolder {
    let root: String
    /// Whether files of an earlier import may be replaced.
    let replaces: Bool

    init(_ root: String, replaces: Bool) { (self.root, self.replaces) = (root, replaces) }

    /// Writes all files, after it has looked at what is in their places.
    func write(_ persona: ImportedPersona) throws(AppError) {
        for file in persona.files {
            guard file.bytes.count <= FixtureFolder.fileLimit else {
                throw .failure(
                    "\(file.path) would have \(file.bytes.count) bytes, and a fixture has at most \(FixtureFolder.fileLimit)"
                )
            }
            try checkPlace(file.path)
        }
        try Disk.makeFolders("\(root)/personas/\(persona.slug)/machines")
        try Schema.writeAll(to: "\(root)/.schema")
        // persona.json is last, so that a server that watches the folder finds its machines.
        for file in persona.files { try replace(file) }
    }

    /// Nothing may be at the path, or only what an import wrote.
    private func checkPlace(_ path: String) throws(AppError) {
        let place = "\(root)/\(path)"
        var info = stat()
        guard lstat(place, &info) == 0 else {
            guard errno == ENOENT else { throw Disk.failure(place) }
            return
        }
        guard replaces else { throw .failure("there is already \(place); --force replaces what an import has written") }
        let isRegular = info.st_mode & S_IFMT == S_IFREG
        let bytes = isRegular ? try? FixtureFolder.contents(path, below: root) : nil
        let comment = bytes.flatMap { try? JSONReader.read($0) }?["$comment"]?.string
        guard comment?.begins(with: ImportedPersona.mark) ?? false else {
            throw .failure(
                "\(place) was not written by an import, or is without its comment; move it, then import again")
        }
    }

    /// Writes the file in the place of one that was looked at. What comes to be there meanwhile is kept.
    private func replace(_ file: FixtureFile) throws(AppError) {
        let place = "\(root)/\(file.path)"
        if replaces, unlink(place) != 0, errno != ENOENT { throw Disk.failure(place) }
        let descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Disk.failure(place) }
        try Disk.write(file.bytes, to: fdopen(descriptor, "wb"), place)
    }
}

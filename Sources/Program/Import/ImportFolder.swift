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

    /// Writes all files, or none, after it has looked at what is in their places. Files of an earlier import that this
    /// one does not have are removed.
    /// - Returns: the paths of the removed files.
    func write(_ persona: ImportedPersona) throws(AppError) -> [String] {
        for file in persona.files {
            guard file.bytes.count <= FixtureFolder.fileLimit else {
                throw .failure(
                    "\(file.path) would have \(file.bytes.count) bytes, and a fixture has at most \(FixtureFolder.fileLimit)"
                )
            }
        }
        try Disk.makeFolders("\(root)/personas")
        let lock = try lock()
        defer { close(lock) }
        for file in persona.files { try checkPlace(file.path) }
        try checkID(of: persona)
        let leftovers = replaces ? leftovers(of: persona) : []
        try Disk.makeFolders("\(root)/personas/\(persona.slug)/machines")
        try Schema.writeAll(to: "\(root)/.schema")
        // persona.json is last, so that a server that watches the folder finds its machines.
        try Disk.write(persona.files.map { ($0.bytes, "\(root)/\($0.path)") }, replaces: replaces)
        for path in leftovers { unlink("\(root)/\(path)") }
        return leftovers
    }

    /// Waits until no other import writes to the folder. Returns a descriptor that keeps others waiting until it is closed.
    private func lock() throws(AppError) -> Int32 {
        let place = "\(root)/personas"
        let descriptor = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Disk.failure(place) }
        while flock(descriptor, LOCK_EX) != 0 {
            // Some file systems have no locks.
            guard errno == EINTR else { break }
        }
        return descriptor
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
        guard isImported(path) else {
            throw .failure(
                "\(place) was not written by an import, or is without its comment; move it, then import again")
        }
    }

    /// The folder may hold the persona under no other name, and no other persona under this one.
    private func checkID(of persona: ImportedPersona) throws(AppError) {
        guard let id = persona.id else { return }
        for slug in Disk.names(in: "\(root)/personas") {
            guard let other = value("personas/\(slug)/persona.json")?["id"]?.string else { continue }
            if slug === persona.slug, other !== id {
                throw .failure(
                    "\(root)/personas/\(slug) holds another persona (\"id\": \"\(ShortText.of(other))\"); name another folder "
                        + "with --slug")
            }
            if slug !== persona.slug, other === id {
                throw .failure(
                    "this persona is in \(root)/personas/\(slug) already; take --slug \(slug) --force, or "
                        + "another DIR")
            }
        }
    }

    /// Machines of an earlier import of the persona that it does not have any more.
    private func leftovers(of persona: ImportedPersona) -> [String] {
        let folder = "personas/\(persona.slug)/machines"
        let kept = Set(exact: persona.files.map(\.path))
        return Disk.names(in: "\(root)/\(folder)").map { "\(folder)/\($0)" }.filter {
            !kept.contains(ExactText($0)) && isImported($0)
        }
    }

    /// Whether an import wrote the file.
    private func isImported(_ path: String) -> Bool {
        guard Disk.isPlainFile("\(root)/\(path)") else { return false }
        return value(path)?["$comment"]?.string?.begins(with: ImportedPersona.mark) ?? false
    }

    private func value(_ path: String) -> JSONValue? {
        (try? FixtureFolder.contents(path, below: root)).flatMap { try? JSONReader.read($0) }
    }
}

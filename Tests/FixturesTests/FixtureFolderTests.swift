import Dialogue
import Fixtures
import FuzzChecks
import Glibc
import Support
import Testing

@Suite("Reading a fixture folder")
struct FixtureFolderTests {
    let folder = TemporaryFolder()

    /// The error for a path that cannot be read.
    static func failure(_ read: () throws -> Void) -> String? {
        #expect(throws: Diagnostic.self, performing: read)?.description
    }

    @Test("every file below the folder is read, by path")
    func files() throws {
        folder.makeFolder("personas")
        folder.makeFolder("personas/b")
        folder.write("{}", to: "personas/b/persona.json")
        folder.write("[]", to: "accounts.json")
        let files = try FixtureFolder.read(folder.path)
        #expect(files.map(\.path) == ["accounts.json", "personas/b/persona.json"])
        #expect(files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["[]", "{}"])
    }

    @Test("a file that is not JSON is listed without its bytes")
    func others() throws {
        folder.write("picture", to: "beach.jpg")
        let files = try FixtureFolder.read(folder.path)
        #expect(files.map(\.path) == ["beach.jpg"])
        #expect(files[0].bytes.isEmpty)
    }

    @Test("hidden files and folders, pipes and the like are left out")
    func hidden() throws {
        folder.makeFolder(".git")
        folder.write("{}", to: ".git/config.json")
        folder.write("{}", to: ".hidden.json")
        #expect(mkfifo(folder.place("pipe.json"), 0o600) == 0)
        folder.write("{}", to: "seen.json")
        #expect(try FixtureFolder.read(folder.path).map(\.path) == ["seen.json"])
    }

    @Test("a link to a file or a folder is followed")
    func links() throws {
        folder.makeFolder("real")
        folder.write("{}", to: "real/a.json")
        #expect(symlink("real", folder.place("linked")) == 0)
        #expect(try FixtureFolder.read(folder.path).map(\.path) == ["linked/a.json", "real/a.json"])
    }

    /// A fixture, a photo, and JSON that no fixture is.
    static let places = [
        "accounts.json", "personas/a/persona.json", "personas/a/machines/m.json", "personas/a/media/b.jpg",
    ]

    private func makePersona() {
        for name in ["personas", "personas/a", "personas/a/machines", "personas/a/media"] { folder.makeFolder(name) }
    }

    @Test("a link may lead anywhere in the folder, also through other links", arguments: places)
    func linked(_ path: String) throws {
        makePersona()
        folder.makeFolder("..2026")
        folder.write("{}", to: "..2026/file")
        #expect(symlink("..2026", folder.place("..data")) == 0)
        let up = String(repeating: "../", count: path.count { $0 == "/" })
        #expect(symlink("\(up)..data/file", folder.place(path)) == 0)
        #expect(try FixtureFolder.read(folder.path).map(\.path) == [path])
        #expect(try FixtureFolder.contents(path, below: folder.path) == Array("{}".utf8))
        let entry = TemporaryFolder()
        #expect(symlink(folder.path, entry.place("current")) == 0)
        #expect(
            try FixtureFolder.read(entry.place("current")).map(\.path) == [path], "the folder itself is reached by one")
    }

    @Test("a link out of the folder is refused, with its target", arguments: places)
    func outside(_ path: String) {
        makePersona()
        // A name that begins as the folder's does is no place in it.
        let outside = "\(folder.path)-else"
        #expect(mkdir(outside, 0o700) == 0)
        defer { rmdir(outside) }
        close(open("\(outside)/file", O_CREAT | O_WRONLY, 0o600))
        defer { unlink("\(outside)/file") }
        #expect(symlink("\(outside)/file", folder.place(path)) == 0)
        let told =
            "\(folder.place(path)): error: is reached by a link out of the fixture folder, to \(outside)/file: "
            + "put a copy in its place"
        #expect(Self.failure { _ = try FixtureFolder.read(folder.path) } == told)
        #expect(Self.failure { _ = try FixtureFolder.contents(path, below: folder.path) } == told)
    }

    @Test("a folder linked from outside is refused with its first file")
    func outsideFolder() {
        let other = TemporaryFolder()
        let file = other.write("{}", to: "persona.json")
        folder.makeFolder("personas")
        #expect(symlink(other.path, folder.place("personas/a")) == 0)
        #expect(Self.failure { _ = try FixtureFolder.read(folder.path) }?.contains("to \(file): ") == true)
    }

    @Test("a link out of the folder is allowed for a file that is no fixture")
    func note() throws {
        #expect(symlink("/etc/passwd", folder.place("notes.txt")) == 0)
        #expect(try FixtureFolder.read(folder.path).map(\.path) == ["notes.txt"])
    }

    @Test(
        "a pipe or device in place of a fixture is refused, in place of a photo ignored; none is waited for",
        arguments: places, ["pipe", "device"])
    func special(_ path: String, _ kind: String) throws {
        makePersona()
        let place = folder.place(path)
        #expect((kind == "pipe" ? mkfifo(place, 0o600) : symlink("/dev/zero", place)) == 0)
        let told = "\(place): error: is not a regular file: put one in its place, or remove it"
        #expect(Self.failure { _ = try FixtureFolder.contents(path, below: folder.path) } == told)
        if path.hasSuffix(".jpg") {
            #expect(try FixtureFolder.read(folder.path).isEmpty)
        } else {
            #expect(Self.failure { _ = try FixtureFolder.read(folder.path) } == told)
        }
    }

    @Test("a file named by the user may be a pipe, as a shell's <(…) is")
    func named() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(write(ends[1], "{}", 2) == 2)
        close(ends[1])
        defer { close(ends[0]) }
        #expect(try FixtureFolder.contents("/dev/fd/\(ends[0])") == Array("{}".utf8))
    }

    @Test("a path that cannot be read is refused by name, with the reason")
    func unreadable() {
        let missing = folder.place("missing")
        #expect(
            Self.failure { _ = try FixtureFolder.read(missing) }
                == "\(missing): error: cannot be read: No such file or directory")
        let file = folder.write("{}", to: "file.json")
        #expect(Self.failure { _ = try FixtureFolder.read(file) } == "\(file): error: cannot be read: Not a directory")
    }

    @Test(
        "a folder in place of a fixture is refused, as a container makes one of a mount that is missing",
        arguments: ["accounts.json", "personas/mira/persona.json", "personas/mira/machines/x.json"])
    func folderAsFixture(_ path: String) {
        for part in ["personas", "personas/mira", "personas/mira/machines", path] { folder.makeFolder(part) }
        #expect(
            Self.failure { _ = try FixtureFolder.read(folder.path) }
                == "\(folder.place(path)): error: is not a regular file: put one in its place, or remove it")
    }

    @Test(
        "a link to nothing is refused where a fixture is, and left out elsewhere",
        arguments: [
            ("accounts.json", true), ("personas/mira/persona.json", true), ("personas/mira/machines/x.json", true),
            ("personas/nora", true), ("personas/mira/machines", true), ("old.json", false), ("old.txt", false),
            ("personas/mira/old.txt", false), ("personas/mira/media/x.jpg", false), ("docs", false),
        ], ["nowhere", "itself"])
    func dangling(_ link: (path: String, isRefused: Bool), _ kind: String) throws {
        folder.makeFolder("personas")
        folder.makeFolder("personas/mira")
        if link.path.contains("machines/") { folder.makeFolder("personas/mira/machines") }
        if link.path.contains("media/") { folder.makeFolder("personas/mira/media") }
        let name = String(link.path.split(separator: "/").last ?? "")
        #expect(symlink(kind == "itself" ? name : kind, folder.place(link.path)) == 0)
        guard link.isRefused else {
            #expect(throws: Never.self) { try FixtureFolder.read(folder.path) }
            return
        }
        let reason = kind == "itself" ? "Too many levels of symbolic links" : "No such file or directory"
        #expect(
            Self.failure { _ = try FixtureFolder.read(folder.path) }
                == "\(folder.place(link.path)): error: cannot be read: \(reason)")
    }

    @Test(
        "a name that is not UTF-8 is refused where a fixture is, and left out elsewhere",
        arguments: [
            ("personas/mira/machines/", ".json", true), ("personas/", "", true), ("", ".txt", false), ("", "", false),
            ("personas/mira/media/", ".jpg", false),
        ])
    func notUTF8(_ before: String, _ after: String, _ isRefused: Bool) throws {
        for part in ["personas", "personas/mira", "personas/mira/machines", "personas/mira/media"] {
            folder.makeFolder(part)
        }
        let bytes = Array(folder.place(before + "caf").utf8) + [0xE9] + Array(after.utf8)
        let descriptor = (bytes + [0]).withUnsafeBufferPointer { name in
            name.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600) }
        }
        #expect(descriptor >= 0)
        close(descriptor)
        if isRefused {
            let failure = Self.failure { _ = try FixtureFolder.read(folder.path) }
            #expect(failure?.hasSuffix("caf\u{FFFD}\(after): error: has a name that is not UTF-8: rename it") == true)
        } else {
            #expect(throws: Never.self) { try FixtureFolder.read(folder.path) }
        }
        (bytes + [0]).withUnsafeBufferPointer { name in
            _ = name.withMemoryRebound(to: CChar.self) { unlink($0.baseAddress!) }
        }
    }

    @Test("a folder in place of a file is refused")
    func folderAsFile() {
        #expect(
            Self.failure { _ = try FixtureFolder.contents(folder.path) }
                == "\(folder.path): error: cannot be read: Is a directory")
    }

    @Test("folders nested too deep for a fixture are left out, and a link that leads in a circle is not followed")
    func deep() throws {
        var path = "a"
        for _ in 0..<7 {
            folder.makeFolder(path)
            path += "/a"
        }
        folder.makeFolder(path)
        #expect(try FixtureFolder.read(folder.path).isEmpty)
        let circle = TemporaryFolder()
        for part in ["personas", "personas/mira"] { circle.makeFolder(part) }
        let persona = circle.write("{}", to: "personas/mira/persona.json")
        for link in ["me", "personas/mira/loop"] { #expect(symlink(circle.path, circle.place(link)) == 0) }
        #expect(try FixtureFolder.read(circle.path).map { circle.place($0.path) } == [persona])
    }

    @Test("a file of the largest size is read, a larger one is refused by name", arguments: [0, 1])
    func large(_ excess: Int) throws {
        let file = folder.write("", to: "accounts.json")
        #expect(truncate(file, FixtureFolder.fileLimit + excess) == 0)
        if excess == 0 {
            #expect(try FixtureFolder.read(folder.path)[0].bytes.count == FixtureFolder.fileLimit)
        } else {
            let files = try FixtureFolder.read(folder.path)
            #expect(files.map(\.path) == ["accounts.json"] && files[0].bytes.isEmpty)
            let refusal = Self.failure { _ = try FixtureFolder.contents("accounts.json", below: folder.path) }
            #expect(refusal == "\(file): error: larger than 8 MiB")
            #expect {
                try Catalog.load(files, dialects: [], identify: FuzzFolder.identify)
            } throws: { error in
                (error as? Catalog.Refusal)?.diagnostics.map(\.description).first
                    == "accounts.json: error: larger than 8 MiB"
            }
        }
    }

    static let counted: [(String, Bool)] = [
        ("accounts.json", true), ("personas/a/persona.json", true), ("personas/a/machines/b.json", true),
        ("personas/a/media/b.jpg", true), ("personas/a/media/b/c", true), ("account.json", true), ("other.json", false),
        ("ready.json", false),
        ("personas/a/media", false), ("personas/a/notes.txt", false), ("personas/a/machines/media/b.jpg", false),
        ("media/b.jpg", false), ("accounts.json~", false),
    ]

    @Test("fixtures, photos and misplaced JSON count for a reload", arguments: counted)
    func counts(_ path: String, _ counts: Bool) {
        #expect(FixtureFolder.counts(path) == counts)
    }

    @Test("the shipped folder is read and loads")
    func shipped() throws {
        let files = try FixtureFolder.read("\(Repository.root)/fixtures")
        #expect(try Folder.load(files).personas.contains { $0.name == "Grumpy Barista" })
    }
}

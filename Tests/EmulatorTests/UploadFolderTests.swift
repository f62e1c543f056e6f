import Glibc
import HTTP
import Support
import Testing

@testable import Emulator

@Suite("The folder of uploads")
struct UploadFolderTests {
    let folder = TemporaryFolder()
    let sandbox = String(repeating: "0", count: 16)
    let picture = String(repeating: "a", count: 64) + ".jpg"

    /// Keeps the warnings.
    final class Heard {
        var lines: [String] = []
    }

    let heard = Heard()

    var root: String { folder.place("uploads") }
    var uploads: UploadFolder { UploadFolder(root) { [heard] in heard.lines.append($0) } }

    func keep(in uploads: UploadFolder, _ sandbox: String? = nil) throws -> String {
        try uploads.keep(UploadContent(.bytes([1, 2, 3]), 0..<3), as: .jpg, in: sandbox ?? self.sandbox)
    }

    /// A process that has ended, and so an id that no process has.
    static func ended() throws -> pid_t {
        var process = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        try #require(posix_spawnp(&process, "true", nil, nil, &arguments, environ) == 0)
        var status: Int32 = 0
        try #require(waitpid(process, &status, 0) == process)
        return process
    }

    @Test("a sweep removes only unknown files with names that this program gives")
    func sweeping() throws {
        let known = try keep(in: uploads)
        let own = "uploads/\(sandbox)"
        let ended = try Self.ended()
        let swept = [picture, "\(ended)-1.part", "\(getpid())-7.part"]
        let others = [
            "photo.jpg", "\(picture).bak", String(repeating: "A", count: 64) + ".jpg", "\(picture.dropLast(4)).txt",
            ".\(picture)", "0\(ended)-1.part", "\(ended)-1.part~", "\(ended)--1.part", "-1-1.part", "0-1.part",
            "\(getppid())-1.part", "99999999999-1.part",
        ]
        for name in swept + others { folder.write("x", to: "\(own)/\(name)") }
        folder.makeFolder("uploads/holiday")
        folder.write("x", to: "uploads/holiday/\(picture)")
        folder.write("x", to: "uploads/\(picture)")
        folder.makeFolder("uploads/\(sandbox)/\(String(repeating: "b", count: 64)).png")

        try uploads.sweep(keeping: [known])
        let kept = try #require(known.split(separator: "/").last)
        let left = others + [String(kept), String(repeating: "b", count: 64) + ".png"]
        #expect(folder.names(in: own) == left.sorted())
        #expect(folder.names(in: "uploads/holiday") == [picture])
        #expect(folder.names(in: "uploads") == [sandbox, picture, "holiday"].sorted())
    }

    @Test("a sandbox's folder is removed with its last file")
    func clearing() throws {
        _ = try keep(in: uploads)
        folder.write("x", to: "uploads/\(sandbox)/mine.txt")
        uploads.remove(sandbox)
        #expect(folder.names(in: "uploads/\(sandbox)") == ["mine.txt"])
        unlink(folder.place("uploads/\(sandbox)/mine.txt"))
        uploads.remove(sandbox)
        #expect(folder.names(in: "uploads") == [])
    }

    /// Other kinds of files at the place of the folder, and the error for each.
    enum Planted: CaseIterable {
        case link, file, owner

        func plant(_ place: String, elsewhere: String) {
            switch self {
            case .link: symlink(elsewhere, place)
            case .file: close(open(place, O_CREAT | O_WRONLY, 0o600))
            case .owner:
                mkdir(place, 0o700)
                chown(place, 12345, 12345)
            }
        }

        var told: String {
            switch self {
            case .link: "is a link: put the folder itself in its place"
            case .file: "is not a folder: move it away"
            case .owner:
                "belongs to user 12345, and the server runs as user \(geteuid()): give it to that user with chown"
                    + " if its content is the server's"
            }
        }
    }

    @Test(
        "a link, a file or another user's folder is refused and not touched, at each level", arguments: Planted.allCases
    )
    func refusing(_ planted: Planted) throws {
        if planted == .owner, geteuid() != 0 {
            print("SKIPPED: only root can give a folder to another user; run this test as root too")
            return
        }
        folder.makeFolder("elsewhere")
        folder.makeFolder("elsewhere/\(sandbox)")
        for path in ["elsewhere/\(picture)", "elsewhere/\(sandbox)/\(picture)"] { folder.write("x", to: path) }
        for place in [root, "\(root)/\(sandbox)"] {
            planted.plant(place, elsewhere: folder.place("elsewhere"))
            let message = "\(place) \(planted.told), or name another database with --db FILE"
            let swept = #expect(throws: UploadFolder.Refusal.self) { try uploads.sweep(keeping: []) }
            #expect(swept?.message == message)
            let kept = #expect(throws: Failure.self) { _ = try keep(in: uploads) }
            #expect(kept?.message == "The file could not be stored: \(message)")
            uploads.remove(sandbox)
            #expect(heard.lines.last == "uploads were not removed: \(message)")
            #expect(uploads.contents("\(sandbox)/\(picture)") == nil)
            if unlink(place) != 0 { rmdir(place) }
            if place == root { mkdir(root, 0o700) }
        }
        #expect(folder.names(in: "elsewhere") == [sandbox, picture].sorted())
        #expect(folder.names(in: "elsewhere/\(sandbox)") == [picture])
    }

    @Test(
        "a folder open to other users is closed to them, with one warning", arguments: ["", "/sub"])
    func closing(_ level: String) throws {
        let level = level.replacing("sub", with: sandbox)
        _ = try keep(in: uploads)
        let known = Set(["\(sandbox)/\(folder.names(in: "uploads/\(sandbox)")[0])"])
        #expect(chmod(root + level, 0o2770) == 0)
        for _ in 0..<2 { try uploads.sweep(keeping: known) }
        var info = stat()
        #expect(stat(root + level, &info) == 0)
        #expect(info.st_mode & 0o777 == 0o700)
        #expect(heard.lines == ["\(root)\(level) was open to other users (mode 2770); its mode is now 700"])
        #expect(folder.names(in: "uploads/\(sandbox)").count == 1)
    }

    @Test("a FIFO or a link in the folder is not served, and is not waited for")
    func serving() throws {
        let kept = try keep(in: uploads)
        #expect(uploads.contents(kept) == [1, 2, 3])
        let place = "\(root)/\(sandbox)/\(picture)"
        #expect(mkfifo(place, 0o600) == 0)
        #expect(uploads.contents("\(sandbox)/\(picture)") == nil)
        unlink(place)
        #expect(symlink(folder.write("secret", to: "secret"), place) == 0)
        #expect(uploads.contents("\(sandbox)/\(picture)") == nil)
        unlink(place)
        #expect(symlink("\(root)/\(kept)", place) == 0)
        #expect(uploads.contents("\(sandbox)/\(picture)") == nil)
    }

    @Test("a draft is a new file, and never overwrites what a link of its name leads to")
    func drafting() throws {
        let uploads = uploads
        _ = try keep(in: uploads)
        let victim = folder.write("mine", to: "victim")
        #expect(symlink(victim, "\(root)/\(sandbox)/\(UploadName.draft(2))") == 0)
        #expect(throws: Failure.self) { _ = try keep(in: uploads) }
        var info = stat()
        #expect(stat(victim, &info) == 0)
        #expect(info.st_size == 4)
        #expect(try uploads.contents(keep(in: uploads)) == [1, 2, 3], "the next one has another name")
    }

    @Test("an upload that fails leaves no draft")
    func failing() throws {
        let name = try keep(in: uploads).split(separator: "/")[1]
        unlink("\(root)/\(sandbox)/\(name)")
        folder.makeFolder("uploads/\(sandbox)/\(name)")
        #expect(throws: Failure.self) { _ = try keep(in: uploads) }
        #expect(folder.names(in: "uploads/\(sandbox)") == [String(name)])
    }

    @Test("a temporary folder is made for the first file, for its user only, and removed with its files")
    func temporary() throws {
        let uploads = UploadFolder(temporaryIn: folder.path)
        uploads.removeTemporary()
        #expect(folder.names(in: "") == [])
        let kept = try keep(in: uploads)
        let name = try #require(folder.names(in: "").first)
        #expect(name.wholeMatch(of: /foilmock-pictures-[A-Za-z0-9]{6}/) != nil)
        var info = stat()
        #expect(stat(folder.place(name), &info) == 0)
        #expect(info.st_mode & 0o777 == 0o700)
        #expect(uploads.contents(kept) == [1, 2, 3])
        folder.write("x", to: "\(name)/mine.txt")
        uploads.removeTemporary()
        #expect(folder.names(in: name) == ["mine.txt"])
        unlink(folder.place("\(name)/mine.txt"))
        uploads.removeTemporary()
        #expect(folder.names(in: "") == [])
    }

    @Test("a start removes the temporary folders that were left, and no other")
    func sweepingTemporary() throws {
        let running = UploadFolder(temporaryIn: folder.path)
        _ = try keep(in: running)
        let runningName = try #require(folder.names(in: "").first)
        let others = [
            "foilmock-pictures-1", "foilmock-pictures-1234567", "foilmock-uploads-abcdef", "foilmock-pictures-mixed1",
        ]
        for name in others + ["foilmock-pictures-left01", "elsewhere"] {
            folder.makeFolder(name)
            folder.makeFolder("\(name)/\(sandbox)")
            folder.write("x", to: "\(name)/\(sandbox)/\(picture)")
        }
        folder.makeFolder("foilmock-pictures-empty1")
        folder.write("x", to: "foilmock-pictures-mixed1/mine.txt")
        symlink(folder.place("elsewhere"), folder.place("foilmock-pictures-link01"))

        try UploadFolder(temporaryIn: folder.path).sweep(keeping: [])
        #expect(
            folder.names(in: "") == (others + [runningName, "elsewhere", "foilmock-pictures-link01"]).sorted())
        #expect(folder.names(in: "foilmock-pictures-mixed1") == ["mine.txt"])
        for name in [runningName, "elsewhere", "foilmock-uploads-abcdef"] {
            #expect(folder.names(in: name) == [sandbox])
        }
        // Once its server has removed it, the lock is gone with it.
        running.removeTemporary()
        #expect(!folder.names(in: "").contains(runningName))
    }

    @Test("a folder that is removed while the server runs is made again")
    func again() throws {
        for uploads in [uploads, UploadFolder(temporaryIn: folder.path)] {
            _ = try keep(in: uploads)
            for name in folder.names(in: "") {
                for sandbox in folder.names(in: name) {
                    for file in folder.names(in: "\(name)/\(sandbox)") {
                        unlink(folder.place("\(name)/\(sandbox)/\(file)"))
                    }
                    rmdir(folder.place("\(name)/\(sandbox)"))
                }
                rmdir(folder.place(name))
            }
            #expect(try uploads.contents(keep(in: uploads)) == [1, 2, 3])
        }
    }

    @Test("a permanent folder is not removed as a temporary one")
    func staying() throws {
        let uploads = uploads
        let kept = try keep(in: uploads)
        uploads.removeTemporary()
        #expect(uploads.contents(kept) == [1, 2, 3])
    }
}

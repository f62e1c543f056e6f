import Glibc
import Support
import Testing

@testable import EventLoop

@Suite("The fingerprint of a folder")
struct FolderFingerprintTests {
    /// A folder with a file, a folder in it, and files that do not count.
    private struct World {
        let folder = TemporaryFolder()

        init() {
            folder.write("{}", to: "a.json")
            folder.makeFolder("deep")
            folder.write("{}", to: "deep/b.json")
            folder.write("x", to: "photo.png")
            folder.write("x", to: ".a.json.swp")
        }

        var fingerprint: FolderFingerprint { FolderFingerprint(of: folder.path, counts: isJSON) }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (TemporaryFolder) -> Void

        init(_ name: String, _ make: @escaping @Sendable (TemporaryFolder) -> Void) {
            (testDescription, self.make) = (name, make)
        }
    }

    static let seen = [
        Change("a file that grew") { $0.write("{ }", to: "deep/b.json") },
        Change("another file of the same length and times") {
            $0.write("[]", to: "new.json")
            let place = $0.place("a.json")
            var info = stat()
            stat(place, &info)
            rename($0.place("new.json"), place)
            setModified(place, info.st_mtim)
        },
        Change("the same file, written at another time") {
            setModified($0.place("a.json"), timespec(tv_sec: 1, tv_nsec: 0))
        },
        Change("a nanosecond") {
            var info = stat()
            stat($0.place("a.json"), &info)
            info.st_mtim.tv_nsec = (info.st_mtim.tv_nsec + 1) % 1_000_000_000
            setModified($0.place("a.json"), info.st_mtim)
        },
        Change("a new file") { $0.write("", to: "deep/c.json") },
        Change("a file that is gone") { unlink($0.place("deep/b.json")) },
        Change("a file of another name") { rename($0.place("a.json"), $0.place("b.json")) },
        Change("a new folder") { $0.makeFolder("more") },
        Change("a folder that is gone") { rename($0.place("deep"), $0.place(".deep")) },
        Change("other permissions") { chmod($0.place("a.json"), 0) },
        Change("a link to nowhere") { symlink("nowhere", $0.place("link.json")) },
        Change("a link to another file") { symlink("a.json", $0.place("link.json")) },
    ]

    @Test("a fingerprint changes when a file or folder that counts changes", arguments: seen)
    func tells(_ change: Change) {
        let world = World()
        let before = world.fingerprint
        #expect(world.fingerprint == before)
        change.make(world.folder)
        #expect(world.fingerprint != before)
    }

    static let unseen = [
        Change("a file of another kind") { $0.write("longer", to: "photo.png") },
        Change("a new file of another kind") { $0.write("", to: "deep/notes.txt") },
        Change("a hidden file") { $0.write("longer", to: ".a.json.swp") },
        Change("a new hidden file") { $0.write("{}", to: ".b.json") },
        Change("a file in a hidden folder") {
            $0.makeFolder(".git")
            $0.write("{}", to: ".git/a.json")
        },
        Change("a file that came and went") {
            $0.write("", to: "4913.json")
            unlink($0.place("4913.json"))
        },
    ]

    @Test("a fingerprint does not change for other files and hidden ones", arguments: unseen)
    func ignores(_ change: Change) {
        let world = World()
        let before = world.fingerprint
        change.make(world.folder)
        #expect(world.fingerprint == before)
    }

    @Test("the predicate gets each file's path below the folder")
    func asked() {
        let world = World()
        var asked: Set<String> = []
        _ = FolderFingerprint(of: world.folder.path, counts: { asked.insert($0).inserted })
        #expect(asked == ["a.json", "deep/b.json", "photo.png"])
    }

    @Test("a missing folder and a file have the fingerprint of nothing")
    func nothing() {
        let world = World()
        let missing = FolderFingerprint(of: world.folder.place("missing"), counts: isJSON)
        #expect(missing == FolderFingerprint(of: world.folder.place("photo.png"), counts: isJSON))
        #expect(missing != world.fingerprint)
    }

    @Test("a link to a folder above is followed up to the depth limit")
    func circle() {
        let world = World()
        symlink("..", world.folder.place("deep/up"))
        var depths: [Int] = []
        _ = FolderFingerprint(of: world.folder.path, counts: isJSON) { folder in
            depths.append(folder.dropFirst(world.folder.path.count).count { $0 == "/" })
        }
        #expect(depths.first == 0)
        #expect(depths.max() == FolderFingerprint.depthLimit)
    }

    @Test("the callback gets each folder before its files are read")
    func entering() {
        let world = World()
        var told: [String] = []
        let fingerprint = FolderFingerprint(of: world.folder.path, counts: isJSON) {
            told.append($0)
            if $0 == world.folder.place("deep") { world.folder.write("", to: "deep/late.json") }
        }
        #expect(told == [world.folder.path, world.folder.place("deep")])
        #expect(fingerprint == world.fingerprint)
    }
}

/// Which files the tests' folders are looked at for.
let isJSON: @Sendable (String) -> Bool = { $0.hasSuffix(".json") }

private func setModified(_ path: String, _ time: timespec) {
    #expect(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
}

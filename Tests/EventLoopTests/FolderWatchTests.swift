import Glibc
import Support
import Testing

@testable import EventLoop

@Suite("The watch over a folder")
struct FolderWatchTests {
    /// The ways to learn of a change, each of them alone.
    static let ways: [FolderWatcher.Pace] = [
        FolderWatcher.Pace(interval: .seconds(3600), rest: .milliseconds(1), usesInotify: true),
        FolderWatcher.Pace(interval: .milliseconds(5), rest: .milliseconds(1), usesInotify: false),
    ]

    /// A folder that is watched, and what was loaded from it: the names of its files with their texts.
    private final class World {
        let folder = TemporaryFolder()
        let loop = Loop()
        private(set) var loads: [[String: String]] = []
        private var watch: FolderWatch<[String: String]>?

        init() {
            folder.write("one", to: "a.json")
        }

        var fingerprint: FolderFingerprint { FolderFingerprint(of: folder.path, counts: isJSON) }

        func start(_ pace: FolderWatcher.Pace, since known: FolderFingerprint?) {
            let path = folder.path
            watch = FolderWatch(
                loop, folder.path, counts: isJSON, since: known, pace: pace, load: { filesBelow(path) },
                loaded: { [unowned self] in loads.append($0) })
        }

        func load() { watch?.load() }

        /// Runs the loop until that was loaded last.
        func loads(_ texts: [String: String]) -> Bool {
            run(loop) { loads.last == texts }
        }
    }

    @Test("a change is loaded, and so is the next", arguments: ways)
    func changes(_ pace: FolderWatcher.Pace) {
        let world = World()
        world.start(pace, since: world.fingerprint)
        world.folder.write("two", to: "a.json")
        #expect(world.loads(["a.json": "two"]))
        world.folder.write("six", to: "new.json")
        rename(world.folder.place("new.json"), world.folder.place("a.json"))
        #expect(world.loads(["a.json": "six"]))
        unlink(world.folder.place("a.json"))
        #expect(world.loads([:]))
    }

    @Test("a change in a new folder is loaded", arguments: ways)
    func newFolder(_ pace: FolderWatcher.Pace) {
        let world = World()
        world.start(pace, since: world.fingerprint)
        world.folder.makeFolder("deep")
        world.folder.makeFolder("deep/er")
        #expect(world.loads(["a.json": "one"]))
        world.folder.write("two", to: "deep/er/b.json")
        #expect(world.loads(["a.json": "one", "deep/er/b.json": "two"]))
        world.folder.write("3", to: "deep/er/b.json")
        #expect(world.loads(["a.json": "one", "deep/er/b.json": "3"]))
    }

    @Test("a change between the fingerprint and the start of the watch is loaded", arguments: ways)
    func before(_ pace: FolderWatcher.Pace) {
        let world = World()
        let fingerprint = world.fingerprint
        world.folder.write("two", to: "a.json")
        world.start(pace, since: fingerprint)
        #expect(world.loads(["a.json": "two"]))
    }

    @Test("after many quick changes the last one is loaded", arguments: ways)
    func many(_ pace: FolderWatcher.Pace) {
        let world = World()
        world.start(pace, since: world.fingerprint)
        var number = 0
        let last = run(world.loop) {
            if number < 200 {
                number += 1
                world.folder.write("\(number)", to: "a.json")
            }
            return world.loads.last == ["a.json": "200"]
        }
        #expect(last)
    }

    @Test("load() loads even if nothing has changed, with and without a watch", arguments: [true, false])
    func asked(_ isWatched: Bool) {
        let world = World()
        world.start(FolderWatcher.Pace(interval: .seconds(3600)), since: isWatched ? world.fingerprint : nil)
        for number in 1...3 {
            world.load()
            #expect(run(world.loop) { world.loads.count == number })
        }
        #expect(world.loads == Array(repeating: ["a.json": "one"], count: 3))
    }

    @Test("without a fingerprint nothing is loaded before load() is called")
    func unwatched() {
        let world = World()
        world.start(FolderWatcher.Pace(interval: .milliseconds(1), rest: .milliseconds(1)), since: nil)
        world.folder.write("two", to: "a.json")
        var turns = 0
        #expect(
            run(world.loop) {
                turns += 1
                return turns == 50
            })
        #expect(world.loads.isEmpty)
        world.load()
        #expect(world.loads(["a.json": "two"]))
        #expect(world.loads.count == 1)
    }

    @Test("a folder that is replaced is watched again")
    func comesBack() {
        let world = World()
        world.folder.makeFolder("in")
        let path = world.folder.place("in")
        var loads: [[String: String]] = []
        let pace = FolderWatcher.Pace(interval: .milliseconds(5), rest: .milliseconds(1))
        let watch = FolderWatch(
            world.loop, path, counts: isJSON, since: FolderFingerprint(of: path, counts: isJSON), pace: pace,
            load: { filesBelow(path) }, loaded: { loads.append($0) })
        rename(path, world.folder.place("out"))
        world.folder.makeFolder("in")
        world.folder.write("x", to: "in/b.json")
        #expect(run(world.loop) { loads.last == ["b.json": "x"] })
        withExtendedLifetime(watch) {}
    }

    @Test("loading runs on another thread, and its result is delivered on the loop's")
    func threads() {
        let world = World()
        var loadedOn: [pthread_t] = []
        var handedOn: [pthread_t] = []
        let watch = FolderWatch(
            world.loop, world.folder.path, counts: isJSON, since: nil, load: { pthread_self() },
            loaded: {
                loadedOn.append($0)
                handedOn.append(pthread_self())
            })
        watch.load()
        #expect(run(world.loop) { !loadedOn.isEmpty })
        #expect(loadedOn.allSatisfy { $0 != pthread_self() })
        #expect(handedOn == [pthread_self()])
    }

    @Test("a watch that is released ends its thread, and delivers nothing more", arguments: [true, false])
    func end(_ isWatched: Bool) {
        let world = World()
        let isLoading = Locked(false)
        let mayEnd = Locked(false)
        var token: Token? = Token()
        weak let held = token
        var handed = 0
        var watch: FolderWatch<Int>? = FolderWatch(
            world.loop, world.folder.path, counts: isJSON, since: isWatched ? world.fingerprint : nil,
            load: { [token] in
                isLoading.withLock { $0 = true }
                while !mayEnd.withLock({ $0 }) { sched_yield() }
                return withExtendedLifetime(token) { 1 }
            }, loaded: { handed += $0 })
        token = nil
        watch?.load()
        #expect(run(world.loop) { isLoading.withLock { $0 } })
        #expect(held != nil)
        watch = nil
        mayEnd.withLock { $0 = true }
        #expect(run(world.loop) { held == nil })
        #expect(handed == 0)
        withExtendedLifetime(watch) {}
    }

    private final class Token: Sendable {}

    static let views: [([Int], Int, Int)] = [
        ([1], 1, 1), ([2, 2], 2, 2), ([2, 3, 3, 4], 3, 3), ([2, 1, 2, 1, 1], 1, 5), ([2, 3, 4, 5, 6, 7], 6, 5),
    ]

    @Test("a change is loaded when two looks agree, or after the last round", arguments: views)
    func settled(_ views: [Int], _ last: Int, _ looks: Int) {
        var next = 0
        let settled = FolderWatcher.settled(from: 1, rounds: 5) {
            next += 1
            return views[next - 1]
        }
        #expect((settled, next) == (last, looks))
    }
}

/// The texts of the files below a folder.
private func filesBelow(_ root: String, _ below: String = "") -> [String: String] {
    var texts: [String: String] = [:]
    guard let directory = opendir("\(root)/\(below)") else { return [:] }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard !name.hasPrefix(".") else { continue }
        let path = below.isEmpty ? name : "\(below)/\(name)"
        if Int32(entry.pointee.d_type) == DT_DIR {
            texts.merge(filesBelow(root, path)) { $1 }
        } else if let file = fopen("\(root)/\(path)", "rb") {
            var buffer = [UInt8](repeating: 0, count: 100)
            let count = fread(&buffer, 1, buffer.count, file)
            texts[path] = String(decoding: buffer.prefix(count), as: UTF8.self)
            fclose(file)
        }
    }
    return texts
}

import HTTP
import Testing

@testable import Journal

@Suite("A live feed")
struct LiveFeedTests {
    @Test("says where it is, then sends each new entry once, as the list has it")
    func entries() throws {
        let world = LiveWorld()
        world.add("/before")
        let feed = world.feed()
        #expect(world.read(feed) == ["at 0-0-1", "pause"])
        #expect(world.read(feed) == ["pause"])
        let entry = world.add("/a")
        guard case .bytes(let bytes) = feed.next(end: nil) else { throw Missing() }
        let line = String(decoding: JournalWriter(world.book).line(entry), as: UTF8.self)
        #expect(String(decoding: bytes, as: UTF8.self) == "event: entry\nid: 0-0-2\ndata: \(line)\n\n")
        world.add("/b")
        world.add("/elsewhere", to: 1)
        #expect(world.read(feed) == ["/b", "pause"])
    }

    @Test("of all journals sends the entries of each in order of arrival")
    func all() {
        let world = LiveWorld()
        let feed = world.feed(nil)
        #expect(world.read(feed) == ["at 0-all-0", "pause"])
        for number in 0..<6 { world.add("/\(number)", to: number % 3) }
        #expect(world.read(feed) == ["/0", "/1", "/2", "/3", "/4", "/5", "pause"])
    }

    @Test("that begins with the oldest entry sends what is kept first, and says of nothing that it is lost")
    func oldest() {
        let world = LiveWorld(limit: 2)
        for number in 0..<6 { world.add("/\(number)", to: number < 5 ? 0 : 1) }
        #expect(world.read(world.feed(0, from: .oldest)) == ["at 0-0-3", "/3", "/4", "pause"])
        #expect(world.read(world.feed(nil, from: .oldest)) == ["at 0-all-3", "/3", "/4", "/5", "pause"])
        #expect(world.read(world.feed(2, from: .oldest)) == ["at 0-2-0", "pause"])
        #expect(LiveWorld().read(LiveWorld().feed(nil, from: .oldest)) == ["at 0-all-0", "pause"])
    }

    @Test("goes on behind an id, and counts what has left since", arguments: [0, nil])
    func resume(_ journal: Int?) {
        let world = LiveWorld(limit: 3)
        world.add(0..<4)
        let scope = journal.map(String.init) ?? "all"
        func resume(_ place: Int) -> [String] {
            LiveID("0-\(scope)-\(place)").map { world.read(world.feed(journal, from: .event($0))) } ?? []
        }
        #expect(resume(4) == ["at 0-\(scope)-4", "pause"])
        #expect(resume(2) == ["at 0-\(scope)-2", "/2", "/3", "pause"])
        #expect(resume(0) == ["at 0-\(scope)-0", "lost 1", "/1", "/2", "/3", "pause"])
    }

    static let strangers = ["1-0-1", "0-1-1", "0-0-9"]

    @Test("begins with all that is kept when the id is not known here, and says so", arguments: strangers)
    func unknown(_ id: String) {
        let world = LiveWorld(limit: 2)
        world.add(0..<3)
        let events = LiveID(id).map { world.read(world.feed(0, from: .event($0))) }
        #expect(events == ["lost null", "/1", "/2", "pause"])
    }

    @Test("says how many entries left before they were read, exactly", arguments: [0, nil])
    func behind(_ journal: Int?) {
        let world = LiveWorld(limit: 5)
        let feed = world.feed(journal)
        _ = world.read(feed)
        var (seen, lost) = (0, 0)
        for count in [3, 5, 6, 40, 2_000, 1] {
            world.add(0..<count)
            for event in world.read(feed).dropLast() {
                if event.hasPrefix("lost ") { lost += Int(event.dropFirst(5)) ?? 0 } else { seen += 1 }
            }
        }
        #expect(seen + lost == 2_055)
        // A reader of all has some more than a journal keeps: the latest of all sandboxes.
        #expect(journal == nil ? seen >= 3 + 5 + 5 + 5 + 5 + 1 : seen == 3 + 5 + 5 + 5 + 5 + 1)
    }

    @Test("counts as lost what was cleared before it was read")
    func cleared() {
        let world = LiveWorld()
        let feed = world.feed()
        world.add(0..<3)
        world.journals[0].clear(isWhole: false)
        world.journals[0].keepBatch()
        world.add(3..<4)
        #expect(world.read(feed) == ["at 0-0-0", "lost 3", "/3", "pause"])
    }

    @Test("loses nothing of a journal whose clearing was taken back")
    func clearingTakenBack() {
        let world = LiveWorld()
        let feed = world.feed()
        world.add(0..<3)
        world.journals[0].clear(isWhole: false)
        world.add(3..<4)
        world.journals[0].dropBatch()
        #expect(world.read(feed) == ["at 0-0-0", "/0", "/1", "/2", "/3", "pause"])
    }

    @Test("sends what fits its terms, and its place moves on")
    func terms() {
        let world = LiveWorld()
        let feed = world.feed { $0.match.request.path = "/1*" }
        let control = world.feed { $0.withControl = true }
        world.add(0..<12)
        world.add("/1control", .control)
        #expect(world.read(feed) == ["at 0-0-0", "/1", "/10", "/11", "pause"])
        #expect(world.read(control).suffix(2) == ["/1control", "pause"])
        world.time.now += LiveFeed.heartbeat
        #expect(feed.next(end: nil) == .bytes(Array(": heartbeat\nid: 0-0-13\n\n".utf8)))
    }

    @Test("leaves out what its batch did not keep")
    func unsaved() {
        let world = LiveWorld()
        let feed = world.feed()
        world.add("/a")
        world.add("/b").isUnsaved = true
        world.add("/c")
        #expect(world.read(feed) == ["at 0-0-0", "/a", "/c", "pause"])
    }

    @Test("sends a heartbeat after 15 seconds without output, and pauses until then")
    func heartbeat() {
        let world = LiveWorld()
        let feed = world.feed()
        _ = world.read(feed)
        world.time.now = 4_000_000_000
        #expect(feed.next(end: nil) == .pause(11_000_000_000))
        world.add("/a")
        #expect(world.read(feed) == ["/a", "pause"])
        world.time.now = 18_999_999_999
        #expect(feed.next(end: nil) == .pause(1))
        world.time.now = 19_000_000_000
        #expect(world.read(feed) == ["heartbeat", "pause"])
        #expect(feed.next(end: nil) == .pause(15_000_000_000))
    }

    @Test("ends after as many entries as were asked for", arguments: [0, 1, 3])
    func limit(_ limit: Int) {
        let world = LiveWorld()
        let feed = world.feed { $0.limit = limit }
        world.add(0..<5)
        #expect(world.read(feed) == ["at 0-0-0"] + (0..<limit).map { "/\($0)" } + ["end limit"])
    }

    @Test("ends after the time that was asked for, with what came until then")
    func wait() {
        let world = LiveWorld()
        let feed = world.feed { $0.duration = 2_000_000_000 }
        #expect(feed.next(end: nil) == .bytes(Array("id: 0-0-0\n\n".utf8)))
        #expect(feed.next(end: nil) == .pause(2_000_000_000))
        world.add("/a")
        world.time.now = 2_000_000_000
        #expect(world.read(feed) == ["/a", "end wait"])
        #expect(world.read(world.feed { $0.duration = 0 }) == ["at 0-0-1", "end wait"])
    }

    @Test("ends with the server, and when its sandbox is gone, after the entries that came before")
    func ended() {
        let world = LiveWorld()
        let (drained, removed) = (world.feed(), world.feed())
        world.add(0..<150)
        #expect(world.read(drained, end: .drain).last == "end drain")
        let events = world.read(removed, end: .removed)
        #expect(events.count == 152)
        #expect(events.last == "end removed")
    }

    @Test("ends when a part was not taken for ten seconds, and not a moment before")
    func slow() {
        let world = LiveWorld()
        let feed = world.feed()
        guard case .bytes = feed.next(end: nil) else { return }
        world.time.now += LiveFeed.patience
        world.add("/a")
        guard case .bytes = feed.next(end: nil) else { return }
        world.time.now += LiveFeed.patience + 1
        #expect(world.read(feed) == ["end slow"])
    }

    @Test("is not slow while it only waits for entries")
    func quiet() {
        let world = LiveWorld()
        let feed = world.feed()
        for _ in 0..<10 {
            _ = world.read(feed)
            world.time.now += LiveFeed.patience
        }
        world.add("/a")
        #expect(world.read(feed).contains("/a"))
    }

    @Test("makes parts of bounded length and work")
    func bounded() {
        let world = LiveWorld()
        let feed = world.feed()
        for _ in 0..<9 { world.add("/", size: 30_000) }
        world.add(0..<240)
        var parts: [Int] = []
        while case .bytes(let bytes) = feed.next(end: nil) { parts.append(LiveWorld.events(bytes).count) }
        #expect(parts.reduce(0, +) == 250)
        #expect(parts[0] < 5)
        #expect(parts.allSatisfy { $0 <= 101 })
    }

    @Test("has the entry as it is at its turn, whatever another reader got before")
    func shared() {
        let world = LiveWorld()
        let feeds = [world.feed(), world.feed()]
        let entry = world.add("/a", isDelivered: false)
        #expect(String(decoding: world.bytes(feeds[0]), as: UTF8.self).contains(#""delivered":null"#))
        world.book.delivered(entry.ticket, .cut)
        #expect(String(decoding: world.bytes(feeds[1]), as: UTF8.self).contains(#""delivered":"cut""#))
        world.add("/b")
        let last = feeds.map(world.bytes)
        #expect(last[0] == last[1])
        #expect(LiveWorld.events(last[0]) == ["/b"])
    }

    @Test("keeps no entries of a reader that does not read")
    func memory() {
        let world = LiveWorld(limit: 2)
        let feed = world.feed(nil)
        weak let left = world.add("/left")
        for number in 0..<1_200 { world.add("/", to: number % 3) }
        #expect(left == nil)
        guard case .last(let bytes) = feed.next(end: .drain) else { return }
        #expect(LiveWorld.events(bytes) == ["at 0-all-0", "lost 1195", "/", "/", "/", "/", "/", "/", "end drain"])
    }

    struct Missing: Error {}
}

@Suite("Ids of live events")
struct LiveIDTests {
    @Test("an id is read as it was written", arguments: ["0-all-0", "6hvs2l3p-7-12"])
    func read(_ text: String) { #expect(LiveID(text)?.text == text) }

    @Test(
        "another text is no id",
        arguments: ["", "0", "0-1", "0-1-2-3", "-1-2", "0-some-1", "0-1--1", "0-1-x", "0-all-"])
    func refused(_ text: String) { #expect(LiveID(text) == nil) }
}

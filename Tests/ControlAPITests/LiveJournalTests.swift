import Emulator
import HTTP
import JSON
import Journal
import Store
import Support
import Testing

/// Reads a feed as it comes.
final class Follower {
    let status: Int
    private let dispatcher: Dispatcher
    private let ticket: Ticket?
    private(set) var hasEnded = false

    /// - Parameter path: below `/_foilmock/v1`.
    init(_ client: ControlClient, _ path: String, after id: String? = nil) {
        dispatcher = client.dispatcher
        let fields = ControlClient.guardedFields.merging(id.map { ["Last-Event-ID": $0] } ?? [:]) { $1 }
        let (head, request) = ControlClient.request(.get, "/_foilmock/v1\(path)", "", fields: fields)
        var response = dispatcher.respond(to: request).workedOut()
        if !dispatcher.endBatch() { response = dispatcher.unsavedResponse(to: head, inPlaceOf: response) }
        status = response.status.code
        ticket = response.delivery.laterTicket
    }

    deinit { leave() }

    func leave() { ticket.map(dispatcher.dropParts) }

    /// The client sends its end: it may have left.
    func endInput() { ticket.map(dispatcher.inputEnded) }

    /// The events that are ready: the entries' messages, or the other events' names and data.
    func read() -> [String] {
        var text = ""
        reading: while let ticket, !hasEnded {
            switch dispatcher.nextPart(ticket) {
            case .bytes(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .pause: break reading
            case .end, .failed: hasEnded = true
            }
        }
        return text.split(separator: "\n\n").compactMap { block in
            let fields = block.split(separator: "\n").map { $0.split(separator: ": ", maxSplits: 1).map(String.init) }
            guard let data = fields.first(where: { $0[0] == "data" })?[1] else { return nil }
            guard fields[0] == ["event", "entry"] else { return "\(fields[0][1]) \(data)" }
            let entry = try? JSONReader.read(Array(data.utf8))
            return entry?["message"]?.string ?? entry?["request"]?["path"]?.string
        }
    }
}

@Suite("Live journals")
struct LiveJournalTests {
    private static let path = "/sandboxes/pk_test_a/journal/live"

    /// Two sandboxes with a player each.
    private func client(_ store: any Store = MemoryStore(), _ book: JournalBook = JournalBook()) throws -> ControlClient
    {
        let client = try ControlClient(store: store, journal: book)
        client.begin()
        client.begin(key: "pk_test_b")
        return client
    }

    @Test("a feed of a sandbox has its entries from now on, and a feed of all has those of each")
    func entries() throws {
        let client = try client()
        let (one, all) = (Follower(client, Self.path), Follower(client, "/journal/live"))
        #expect(one.read() == [])
        client.say("gold")
        client.say("silver", key: "pk_test_b")
        #expect(one.read() == ["gold"])
        #expect(all.read() == ["gold", "silver"])
    }

    @Test("an event's data is the entry as the journal lists it")
    func data() throws {
        let client = try client()
        client.say("gold")
        let listed = client.journal("message=gold").text
        let streamed = client.control(.get, "\(Self.path)?since=start&message=gold&limit=1").text
        let data = try #require(streamed.split(separator: "\n").first { $0.hasPrefix("data: ") })
        #expect(listed.hasPrefix("{\"entries\":[\(data.dropFirst(6))],"))
    }

    @Test("a feed that goes on behind the list's last_event_id misses and repeats nothing")
    func afterList() throws {
        let client = try client()
        client.say("gold")
        let id = client.journal()["last_event_id"]?.string
        client.say("silver")
        let feed = Follower(client, Self.path, after: id)
        client.say("lead")
        #expect(feed.read() == ["silver", "lead"])
        #expect(Follower(client, "\(Self.path)?since=start", after: id).read() == ["silver", "lead"])
    }

    static let queries: [(String, [String])] = [
        ("message=gold", ["gold"]), ("player=nobody", []), ("decision=redirect", ["hm"]), ("limit=1", ["hm"]),
        ("status=400-499", ["/api/v1/nothing"]), ("since=start&method=post", ["init", "hm", "gold"]),
        ("control=true&method=PUT", ["/_foilmock/v1/sandboxes/pk_test_a/seed"]),
    ]

    @Test("a feed takes the conditions of the list", arguments: queries)
    func query(_ query: String, _ wanted: [String]) throws {
        let client = try client()
        let feed = Follower(client, "\(Self.path)?\(query)")
        client.say("hm")
        client.say("gold")
        _ = client.api(.get, "nothing")
        client.control(.put, "/sandboxes/pk_test_a/seed", #"{"seed":7}"#)
        let found = feed.read().map { $0.hasSuffix("/init-session") ? "init" : $0 }
        #expect(found.filter { !$0.hasPrefix("end ") } == wanted)
    }

    static let mistakes: [(String, String)] = [
        ("since=now", "since"), ("format=har", "format"), ("after=3", "after"), ("limit=-1", "limit"),
        ("wait_seconds=soon", "wait_seconds"), ("wait_seconds=-1", "wait_seconds"),
        ("wait_seconds=nan", "wait_seconds"),
        ("wait_seconds=86401", "wait_seconds"), ("status=x", "status"),
    ]

    @Test("a mistake in the query is refused with its place, and opens no feed", arguments: mistakes)
    func mistake(_ query: String, _ place: String) throws {
        let client = try client()
        let answer = client.control(.get, "\(Self.path)?\(query)")
        #expect(answer.status == 400)
        #expect(answer.error?.contains(place) == true, "\(answer.text)")
        #expect(client.emulator.journal.readers == 0)
    }

    @Test("a Last-Event-ID that is no id, or of another kind of feed, is refused", arguments: ["x", "0-all-1"])
    func foreignID(_ id: String) throws {
        #expect(Follower(try client(), Self.path, after: id).status == 400)
    }

    @Test("a feed of a sandbox that does not exist is a 404")
    func unknown() throws {
        #expect(Follower(try client(), "/sandboxes/nobody/journal/live").status == 404)
    }

    @Test("a server without a journal has no feeds")
    func off() throws {
        let client = try client(MemoryStore(), JournalBook(limit: 0))
        let answer = client.control(.get, Self.path)
        #expect(answer.status == 503)
        #expect(answer.error?.contains("--journal-entries") == true)
    }

    @Test("64 feeds can be open, and one more when one has ended")
    func most() throws {
        let client = try client()
        let feeds = (0..<64).map { _ in Follower(client, Self.path) }
        #expect(feeds.allSatisfy { $0.status == 200 })
        #expect(Follower(client, "/journal/live").status == 503)
        client.say("gold")
        #expect(feeds.allSatisfy { $0.read() == ["gold"] })
        feeds[7].leave()
        #expect(Follower(client, "/journal/live").status == 200)
    }

    @Test("when all places are taken, a new feed takes that of a client which has sent its end, and no other")
    func abandoned() throws {
        let client = try client()
        let feeds = (0..<64).map { _ in Follower(client, Self.path) }
        for place in [3, 9] { feeds[place].endInput() }
        client.say("gold")
        #expect(feeds.allSatisfy { $0.read() == ["gold"] }, "a client that only waits gets its entries")
        let others = (0..<2).map { _ in Follower(client, Self.path) }
        #expect(others.map(\.status) == [200, 200])
        #expect(Follower(client, Self.path).status == 503)
        client.say("silver")
        for (place, feed) in feeds.enumerated() {
            let isAbandoned = [3, 9].contains(place)
            #expect(feed.read() == (isAbandoned ? [] : ["silver"]))
            #expect(feed.hasEnded == isAbandoned)
        }
    }

    @Test("nothing of a batch that was not kept is sent, and the feed opened in it is none")
    func failing() throws {
        let store = FailingStore(MemoryStore())
        let client = try client(store)
        let feed = Follower(client, Self.path)
        store.fail(in: 1)
        #expect(client.say("gold").status == 503)
        #expect(store.hasFailed)
        client.say("silver")
        #expect(feed.read() == ["silver"])
        #expect(client.journal("message=gold")["entries"]?.array?.first?["unsaved"]?.bool == true)
        store.fail(in: 1)
        #expect(Follower(client, Self.path).status == 503)
        #expect(client.emulator.journal.readers == 1)
    }

    @Test("a feed ends when its sandbox is removed, and one of all goes on")
    func removed() throws {
        let client = try client()
        let (one, all) = (Follower(client, Self.path), Follower(client, "/journal/live?control=true"))
        client.say("gold")
        client.control(.delete, "/sandboxes/pk_test_a")
        #expect(one.read() == ["gold", #"end {"reason":"removed"}"#])
        #expect(one.hasEnded)
        client.begin()
        client.say("silver")
        #expect(all.read().first == "gold")
        #expect(!all.hasEnded)
    }

    @Test("a feed goes on when its sandbox is reset, and through a removal that was not kept")
    func keptSandbox() throws {
        let store = FailingStore(MemoryStore())
        let client = try client(store)
        let feed = Follower(client, Self.path)
        client.control(.post, "/sandboxes/pk_test_a/reset")
        store.fail(in: 1)
        #expect(client.control(.delete, "/sandboxes/pk_test_a").status == 503)
        client.begin()
        client.say("gold")
        #expect(feed.read().last == "gold")
        #expect(!feed.hasEnded)
    }

    @Test("feeds end with the server")
    func drain() throws {
        let client = try client()
        let feed = Follower(client, Self.path)
        client.say("gold")
        client.dispatcher.beginDrain()
        #expect(feed.read() == ["gold", #"end {"reason":"drain"}"#])
    }

    @Test("a feed is not in the journal itself, and HEAD opens none")
    func unrecorded() throws {
        let client = try client()
        let feed = Follower(client, "\(Self.path)?control=true")
        let head = client.send(.head, "/_foilmock/v1\(Self.path)?wait_seconds=0", fields: ControlClient.guardedFields)
        #expect(head.status == 200)
        #expect(head.fields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(feed.read() == [])
        #expect(client.emulator.journal.readers == 1)
    }

    @Test("a feed needs the token and no page of another origin has one")
    func guarded() throws {
        let client = try client()
        for path in [Self.path, "/journal/live"] {
            let host = ["Host": "localhost:8000"]
            #expect(client.send(.get, "/_foilmock/v1\(path)", fields: host).status == 401)
            let foreign = ControlClient.guardedFields.merging(["Origin": "http://evil.example"]) { $1 }
            #expect(client.send(.get, "/_foilmock/v1\(path)", fields: foreign).status == 403)
        }
        #expect(client.emulator.journal.readers == 0)
    }
}

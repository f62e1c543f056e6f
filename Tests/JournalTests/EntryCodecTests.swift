import Dialogue
import HTTP
import JSON
import Testing

@testable import Journal

/// The secrets of an API like those of the program.
enum Hidden {
    static let key = "pk_live_0123456789abcdef"

    static var secrets: Secrets {
        var secrets = Secrets()
        secrets.names = ["x-api-key"]
        secrets.credentials = ["x-api-key"]
        secrets.keyPrefixes = ["pk_live_"]
        secrets.openPrefixes = ["pk_test_"]
        return secrets
    }
}

@Suite("Entries in a database")
struct EntryCodecTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var kind = JournalEntry.Kind.request
        var place: String?
        var path = "/a/b"
        var query = ""
        var minorVersion = 1
        var fields: [(String, String)] = []
        var body = JournalEntry.Content.bytes([])
        var response = Response(status: .ok)
        var facts: @Sendable (inout RequestFacts) -> Void = { _ in }
        var isUnsaved = false
        /// The head as it was received, in place of path, query and fields.
        var received: RequestHead?

        init(_ description: String, _ set: (inout Case) -> Void = { _ in }) {
            testDescription = description
            set(&self)
        }

        var draft: JournalEntry.Draft {
            var list = Fields()
            for (name, value) in fields { list.add(FieldName(name)!, value) }
            let head =
                received
                ?? RequestHead(method: .post, path: path, query: query, minorVersion: minorVersion, fields: list)
            var known = RequestFacts(head)
            facts(&known)
            return JournalEntry.Draft(
                kind: kind, sandbox: "pk_test_a", place: place, head: head, facts: known, body: body,
                time: Timestamp(nanoseconds: 1_900_000_000_123_456_789),
                received: Timestamp(nanoseconds: 1_700_000_000_000_000_001), began: 40)
        }
    }

    private static func body(_ text: String) -> JournalEntry.Content { .bytes(Array(text.utf8)) }

    private static func answer(_ text: String, _ type: String = "application/json") -> Response {
        var fields = Fields()
        fields.add(.contentType, type)
        return Response(status: .ok, fields: fields, body: Array(text.utf8))
    }

    private static func delivery(_ steps: [Delivery.Step], _ framing: Delivery.Framing = .stream) -> Response {
        Response(status: .ok, delivery: Delivery(steps, framing: framing))
    }

    private static let json = [("content-type", "application/json")]
    private static let form = "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n\(Hidden.key)\r\n--b--"

    private static let plain = [
        Case("nothing but a path"),
        Case("all facts") { test in
            test.place = "cart"
            test.query = "a=1&b=%2F"
            test.minorVersion = 0
            test.fields = [("host", "mock:8000"), ("x-request-id", "r"), ("x-two", "é"), ("x-two", "")]
            test.body = body(#"{"message":"Grüße\u0000"}"#)
            test.response = answer(#"{"reply":"Well met."}"#)
            test.facts = { facts in
                facts.route = "/chat/{persona_id}/message"
                facts.caller = "web ann"
                facts.persona = PersonaName(id: PersonaID(high: 1, low: .max), slug: "mira", name: "Mira\0")
                facts.player = "sam"
                facts.message = "Grüße\0"
                facts.session = SessionID(high: .max, low: 2)
                facts.turn = TurnName(number: 7, decision: .reject)
                facts.faults = ["f1 status", "f2 delay"]
            }
        },
        Case("a turn without a decision") { $0.facts = { $0.turn = TurnName(number: 0, decision: nil) } },
        Case("a refusal") { test in
            test.kind = .refused(ProtocolError(.contentTooLarge, "The body is too large"))
            test.response = Response(status: .contentTooLarge)
        },
        Case("a control call") { $0.kind = .control },
        Case("a body in a file") { $0.body = .spooled(10_000_000) },
        Case("a body that is no text") { $0.body = .bytes([0xFF, 0x00, 0xC3]) },
        Case("an answer that is no text") { $0.response = Response(status: .ok, body: [0xFF, 0xFE, 0x80]) },
        Case("a large body") { test in
            test.body = .bytes([UInt8](repeating: 0x61, count: 1 << 20))
            test.response = answer(String(repeating: "b", count: 1 << 20), "text/plain")
        },
        Case("an answer in parts, with waits") { test in
            test.response = delivery([
                .bytes(Array("data: 1".utf8)), .wait(.nanoseconds(5_000_000_001)), .bytes([0xC3]), .bytes([0xA9]),
            ])
        },
        Case("an answer of a wrong length, cut off") { test in
            test.response = delivery([.bytes([1, 2]), .close, .bytes([3])], .exact(contentLength: -5))
        },
        Case("an answer that is reset before its first byte") { $0.response = delivery([.wait(.zero), .reset]) },
        Case("an answer whose parts come later") { $0.response = delivery([.bytes([1]), .later(9)]) },
        Case("a request that the database could not keep") { test in
            test.response = Response(status: .unavailable)
            test.isUnsaved = true
        },
    ]

    private static let secret = [
        Case("a key in a field") { test in
            test.fields = [("x-api-key", Hidden.key), ("authorization", "Bearer \(Hidden.key)"), ("cookie", "a b")]
            test.facts = { $0.caller = Hidden.key }
        },
        Case("a key in a path and a query") { test in
            test.place = Hidden.key
            test.path = "/a/\(Hidden.key)"
            test.query = "x=\(Hidden.key)&token=secret%20word&a=b"
        },
        Case("a key in JSON") { test in
            test.fields = json
            test.body = body(#"{"llm_api_key":"abc\u00e9","n":{"token":12345},"message":"\#(Hidden.key) is mine"}"#)
            test.response = answer(#"{"key":"\#(Hidden.key)","reply":"\#(Hidden.key)?"}"#)
            test.facts = { facts in
                facts.message = "\(Hidden.key) is mine"
                facts.player = Hidden.key
            }
        },
        Case("a key in a form") { test in
            test.fields = [("content-type", "application/x-www-form-urlencoded")]
            test.body = .bytes(Array("a=1&token=\(Hidden.key)&b=".utf8) + [0xFF])
        },
        Case("a key in a form of parts") { test in
            test.fields = [("content-type", "multipart/form-data; boundary=b")]
            test.body = body(form)
        },
        Case("a key in an answer of parts, across two of them") { test in
            test.response = delivery([
                .bytes(Array("data: {\"key\": \"\(Hidden.key.prefix(12))".utf8)), .wait(.seconds(1)),
                .bytes(Array("\(Hidden.key.dropFirst(12))\"}\n\n".utf8)), .close,
            ])
        },
        Case("a key in an answer that is not shown") { test in
            test.response = delivery([.bytes(Array("\(Hidden.key)".utf8)), .later(9)])
        },
    ]

    static let cases = plain + secret

    private func book(_ server: String? = nil) -> JournalBook {
        JournalBook(secrets: [Hidden.secrets], server: server, monotonic: { 1_040 })
    }

    private func entry(_ test: Case, in book: JournalBook) -> JournalEntry {
        let entry = added(test, to: book)
        let isCut = test.response.delivery.steps.contains { $0 == .close || $0 == .reset }
        if test.isUnsaved { _ = book.replaceAnswer(entry.ticket, by: test.response) }
        book.delivered(entry.ticket, isCut ? .cut : .complete)
        return entry
    }

    private func added(_ test: Case, to book: JournalBook) -> JournalEntry {
        var response = test.response
        guard book.isShared else { return book.add(test.draft, &response, to: Journal()) }
        response.ticket = book.openTicket()
        let addition = book.make(test.draft, response)
        book.add(addition, to: Journal())
        book.publish(addition)
        return addition.entry
    }

    private func shown(_ entry: JournalEntry, in book: JournalBook) -> [String] {
        var archive = JSONWriter(capacity: 1_000)
        HARWriter(book).write(entry, to: &archive)
        return [JournalWriter(book).line(entry), archive.bytes].map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("are shown as in memory, and again when they were read", arguments: cases)
    func roundTrip(_ test: Case) throws {
        let (alone, shared) = (book(), book("0a1b2c3d"))
        let wanted = shown(entry(test, in: alone), in: alone)
        let entry = entry(test, in: shared)
        #expect(shown(entry, in: shared) == wanted)
        let bytes = EntryCodec.bytes(of: entry)
        let read = try #require(EntryCodec.entry(bytes, of: "pk_test_a", arrival: entry.arrival, Tally()))
        #expect(shown(read, in: shared) == wanted)
        #expect(read.isUnsaved == test.isUnsaved)
        #expect(read.isControl == (test.kind == .control))
        #expect(EntryCodec.bytes(of: read) == bytes)
    }

    @Test("have head fields as they are shown in memory, also those that are no text")
    func fieldsAsReceived() throws {
        var parser = RequestParser()
        parser.append(Array("POST /a HTTP/1.1\r\nHost: a\r\nX-PLAYER: caf".utf8) + [0xE9] + Array("\r\n\r\n".utf8))
        _ = try parser.next()
        let received = try #require(parser.head)
        let test = Case("a field that is no text") { $0.received = received }
        let (alone, shared) = (book(), book("0a1b2c3d"))
        let wanted = shown(entry(test, in: alone), in: alone)
        let entry = entry(test, in: shared)
        let read = EntryCodec.entry(EntryCodec.bytes(of: entry), of: "pk_test_a", arrival: entry.arrival, Tally())
        #expect(wanted[0].contains("x-player"))
        #expect(shown(entry, in: shared) == wanted)
        #expect(shown(try #require(read), in: shared) == wanted)
    }

    @Test("leave out the body of an answer of more than 1 MiB, and have its length")
    func large() throws {
        let book = book("0a1b2c3d")
        let test = Case("a picture") {
            $0.response = Response(status: .ok, body: [UInt8](repeating: 0, count: (1 << 20) + 1))
        }
        let entry = entry(test, in: book)
        let read = try #require(
            EntryCodec.entry(EntryCodec.bytes(of: entry), of: "pk_test_a", arrival: entry.arrival, Tally()))
        for entry in [entry, read] {
            let line = String(decoding: JournalWriter(book).line(entry), as: UTF8.self)
            #expect(line.contains(#""body":null,"encoding":"later","framing":"length","steps":["bytes 1048577"]"#))
            #expect(line.utf8.count < 1_000)
        }
    }

    @Test("have no secrets", arguments: secret)
    func secrets(_ test: Case) {
        let entry = entry(test, in: book("0a1b2c3d"))
        let text = String(decoding: EntryCodec.bytes(of: entry), as: UTF8.self)
        #expect(!text.contains("0123456789abcdef"))
        #expect(!text.contains("secret%20word"))
        #expect(!text.contains("12345"))
    }

    @Test(
        "cannot be read when something is missing or too much",
        arguments: cases.filter { $0.testDescription != "a large body" })
    func broken(_ test: Case) {
        let bytes = EntryCodec.bytes(of: entry(test, in: book("0a1b2c3d")))
        for count in 0..<bytes.count {
            #expect(EntryCodec.entry(Array(bytes[..<count]), of: "a", arrival: 1, Tally()) == nil)
        }
        #expect(EntryCodec.entry(bytes + [0], of: "a", arrival: 1, Tally()) == nil)
        #expect(EntryCodec.entry([4] + bytes.dropFirst(), of: "a", arrival: 1, Tally()) == nil)
    }

    @Test("numbers of every size are read as they were written")
    func numbers() throws {
        let numbers = [0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, .max, .min, .max - 1, .min + 1]
        var writer = EntryWriter()
        for number in numbers { writer.put(number) }
        var reader = EntryReader(writer.bytes)
        for number in numbers { #expect(try reader.number() == number) }
        #expect(reader.isAtEnd)
    }

    @Test("a journal's state is read as it was written, and nothing else is")
    func state() {
        let state = JournalState(
            taken: 300, cleared: 20, lastNumber: 280,
            counts: Counts(requests: 270, errors: 3, duplicates: 4, unanswered: 5), kept: 250, isWhole: false,
            received: Timestamp(seconds: 9))
        for state in [state, JournalState()] { #expect(JournalState(state.bytes) == state) }
        for count in 0..<state.bytes.count { #expect(JournalState(Array(state.bytes[..<count])) == nil) }
        #expect(JournalState(state.bytes + [0]) == nil)
    }
}

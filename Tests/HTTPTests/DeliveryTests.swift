import HTTP
import Testing

@Suite("Responses in steps")
struct DeliveryTests {
    private static func steps(_ texts: [String], _ between: Duration? = nil) -> [Delivery.Step] {
        texts.map { .bytes(Array($0.utf8)) }.reduce([]) { steps, part in
            steps + (between.map { steps.isEmpty ? [] : [.wait($0)] } ?? []) + [part]
        }
    }

    private static func writer(
        _ steps: [Delivery.Step], _ framing: Delivery.Framing = .stream, answersHead: Bool = false,
        keepAlive: Bool = true, minorVersion: Int = 1
    ) -> ResponseWriter {
        ResponseWriter(
            Response(status: .ok, delivery: Delivery(steps, framing: framing)), answersHead: answersHead,
            keepAlive: keepAlive, minorVersion: minorVersion)
    }

    /// What goes out at each write, and why it stopped.
    private static func writes(_ first: ResponseWriter) -> [(text: String, pause: ResponseWriter.Pause)] {
        var writer = first
        var writes: [(text: String, pause: ResponseWriter.Pause)] = []
        repeat {
            var output: [UInt8] = []
            let pause = writer.write(into: &output, date: "now")
            writes.append((String(decoding: output, as: UTF8.self), pause))
        } while ![.end, .cut, .reset].contains(writes.last?.pause)
        return writes
    }

    private static let streamHead = "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("A stream goes out with a chunk for each part, and none for an empty part (RFC 9112 §7.1)")
    func chunks() {
        let writes = Self.writes(Self.writer(Self.steps(["abc", "", "0123456789abcdef"])))
        #expect(writes.map(\.pause) == [.end])
        #expect(writes[0].text == Self.streamHead + "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n")
    }

    @Test("A stream to an HTTP/1.0 client has no chunks, and ends with the connection (RFC 9112 §6.3)")
    func oldClient() {
        let writer = Self.writer(Self.steps(["abc", "def"]), minorVersion: 0)
        #expect(!writer.keepsAlive)
        #expect(
            Self.writes(writer).map(\.text) == ["HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\nabcdef"])
    }

    @Test("The head goes out with the first part, and a wait before the part delays both")
    func waits() {
        let second = Duration.seconds(1)
        let writes = Self.writes(Self.writer([.wait(second)] + Self.steps(["a", "b"], second)))
        #expect(writes.map(\.pause) == [.wait(second), .wait(second), .end])
        #expect(writes.map(\.text) == ["", Self.streamHead + "1\r\na\r\n", "1\r\nb\r\n0\r\n\r\n"])
    }

    static let ends: [(steps: [Delivery.Step], sendsNothing: Bool)] = [
        ([.reset], true), ([.close], true), ([.wait(.seconds(1)), .wait(.zero), .reset, .bytes([0x78])], true),
        ([], false), ([.bytes([])], false), ([.bytes([]), .reset], false), ([.later(1), .close], false),
        ([.wait(.seconds(1)), .bytes([0x78]), .close], false), ([.wait(.seconds(1))], false),
    ]

    @Test("A response that ends before its first part sends no head, and so has no status", arguments: ends)
    func nothing(_ steps: [Delivery.Step], _ sendsNothing: Bool) {
        let response = Response(status: .ok, delivery: Delivery(steps, framing: .stream))
        #expect(response.delivery.sendsNothing == sendsNothing)
        #expect(response.sentStatus == (sendsNothing ? nil : 200))
        guard response.delivery.laterTicket == nil else { return }
        #expect(Self.writes(Self.writer(steps)).map(\.text).joined().isEmpty == sendsNothing)
    }

    @Test("A body of known length has its Content-Length, in steps too")
    func length() {
        let second = Duration.seconds(1)
        let writes = Self.writes(Self.writer(Self.steps(["abc", "de"], second), .length))
        #expect(writes.map(\.pause) == [.wait(second), .end])
        #expect(
            writes.map(\.text) == ["HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n\r\nabc", "de"])
    }

    @Test("A wait of zero ends a write, even inside a character", arguments: [Delivery.Framing.length, .stream])
    func split(framing: Delivery.Framing) {
        var writer = Self.writer([.bytes([0xC3]), .wait(.zero), .bytes([0xA9])], framing)
        var outputs: [[UInt8]] = [[], []]
        #expect(writer.write(into: &outputs[0], date: "now") == .wait(.zero))
        #expect(writer.write(into: &outputs[1], date: "now") == .end)
        #expect(outputs[0].contains(0xC3) && !outputs[0].contains(0xA9))
        #expect(outputs[1].contains(0xA9))
    }

    @Test(
        "A cut or a reset leaves the body unfinished; as the first step it sends nothing",
        arguments: [(.close, .cut), (.reset, .reset)] as [(Delivery.Step, ResponseWriter.Pause)])
    func cut(step: Delivery.Step, pause: ResponseWriter.Pause) {
        let writes = Self.writes(Self.writer(Self.steps(["a"]) + [step] + Self.steps(["never"])))
        #expect(writes.map(\.pause) == [pause])
        #expect(writes[0].text == Self.streamHead + "1\r\na\r\n")
        #expect(Self.writes(Self.writer([step])).map(\.text) == [""])
    }

    @Test(
        "A given length is sent whatever the body has, and a wrong one ends the connection",
        arguments: [(3, true), (2, false), (0, false), (4, false), (Int.max, false)])
    func exact(said: Int, keepsAlive: Bool) {
        let writer = Self.writer(Self.steps(["ab", "c"]), .exact(contentLength: said))
        #expect(writer.keepsAlive == keepsAlive)
        let told = "Content-Length: \(said)\r\n" + (keepsAlive ? "" : "Connection: close\r\n")
        #expect(Self.writes(writer).map(\.text) == ["HTTP/1.1 200 OK\r\nDate: now\r\n\(told)\r\nabc"])
        #expect(Self.writes(writer).map(\.pause) == [.end])
    }

    @Test("A length below 0 is sent as 0")
    func negativeLength() {
        for (text, keepsAlive) in [("", true), ("a", false)] {
            let writer = Self.writer(Self.steps([text]), .exact(contentLength: -1))
            #expect(Self.writes(writer)[0].text.contains("\r\nContent-Length: 0\r\n"))
            #expect(writer.keepsAlive == keepsAlive)
        }
    }

    @Test("An answer to HEAD has a wrong length too, and keeps the connection")
    func falseLengthOfHead() {
        let writer = Self.writer(Self.steps(["abc"]), .exact(contentLength: 99), answersHead: true)
        #expect(writer.keepsAlive)
        #expect(Self.writes(writer).map(\.text) == ["HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 99\r\n\r\n"])
    }

    @Test("An answer to HEAD is the head alone, without waits")
    func head() {
        let writes = Self.writes(Self.writer(Self.steps(["a", "b"], .seconds(1)), answersHead: true))
        #expect(writes.map(\.pause) == [.end])
        #expect(writes[0].text == Self.streamHead)
    }

    @Test("A long response is written piece by piece, in whatever parts it comes", arguments: [1, 4])
    func pieces(parts: Int) {
        let part = String(repeating: "x", count: 160_000 / parts)
        let writes = Self.writes(Self.writer(Self.steps(Array(repeating: part, count: parts)), .length))
        #expect(writes.map(\.pause) == [.full, .full, .end])
        #expect(writes.map(\.text).joined().hasSuffix("\r\n\r\n" + String(repeating: "x", count: 160_000)))
    }

    @Test("A delay goes before all steps of a response")
    func delayed() {
        let response = Response(status: .ok, body: [1]).delayed(by: .seconds(2))
        #expect(response.delivery.steps == [.wait(.seconds(2)), .bytes([1])])
        #expect(response.body == [1])
    }
}

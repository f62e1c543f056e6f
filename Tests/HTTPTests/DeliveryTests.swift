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
        } while writes.last?.pause != .end && writes.last?.pause != .cut
        return writes
    }

    private static let streamHead = "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("A stream goes out in chunks, one a part, and an empty part is none (RFC 9112 §7.1)")
    func chunks() {
        let writes = Self.writes(Self.writer(Self.steps(["abc", "", "0123456789abcdef"])))
        #expect(writes.map(\.pause) == [.end])
        #expect(writes[0].text == Self.streamHead + "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n")
    }

    @Test("To HTTP/1.0 a stream goes out as it is, and ends with the connection (RFC 9112 §6.3)")
    func oldClient() {
        let writer = Self.writer(Self.steps(["abc", "def"]), minorVersion: 0)
        #expect(!writer.keepsAlive)
        #expect(
            Self.writes(writer).map(\.text) == ["HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\nabcdef"])
    }

    @Test("The head goes out with the first part; a wait before it delays both")
    func waits() {
        let second = Duration.seconds(1)
        let writes = Self.writes(Self.writer([.wait(second)] + Self.steps(["a", "b"], second)))
        #expect(writes.map(\.pause) == [.wait(second), .wait(second), .end])
        #expect(writes.map(\.text) == ["", Self.streamHead + "1\r\na\r\n", "1\r\nb\r\n0\r\n\r\n"])
    }

    @Test("A body of known length keeps it in steps")
    func length() {
        let second = Duration.seconds(1)
        let writes = Self.writes(Self.writer(Self.steps(["abc", "de"], second), .length))
        #expect(writes.map(\.pause) == [.wait(second), .end])
        #expect(
            writes.map(\.text) == ["HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n\r\nabc", "de"])
    }

    @Test("A cut leaves the body unfinished, or nothing at all was sent")
    func cut() {
        let writes = Self.writes(Self.writer(Self.steps(["a"]) + [.close] + Self.steps(["never"])))
        #expect(writes.map(\.pause) == [.cut])
        #expect(writes[0].text == Self.streamHead + "1\r\na\r\n")
        #expect(Self.writes(Self.writer([.close])).map(\.text) == [""])
    }

    @Test("A HEAD is answered by the head alone, at once")
    func head() {
        let writes = Self.writes(Self.writer(Self.steps(["a", "b"], .seconds(1)), answersHead: true))
        #expect(writes.map(\.pause) == [.end])
        #expect(writes[0].text == Self.streamHead)
    }

    @Test("A long response goes out piece by piece")
    func pieces() {
        let part = String(repeating: "x", count: 40_000)
        let writes = Self.writes(Self.writer(Self.steps([part, part, part, part]), .length))
        #expect(writes.map(\.pause) == [.full, .end])
        #expect(writes.map(\.text).joined().hasSuffix("\r\n\r\n" + part + part + part + part))
    }

    @Test("A delay stands before everything else of a response")
    func delayed() {
        let response = Response(status: .ok, body: [1]).delayed(by: .seconds(2))
        #expect(response.delivery.steps == [.wait(.seconds(2)), .bytes([1])])
        #expect(response.body == [1])
    }
}

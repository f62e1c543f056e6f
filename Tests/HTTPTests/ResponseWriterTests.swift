import HTTP
import Testing

@Suite("Responses on the wire")
struct ResponseWriterTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func wire(
        _ response: Response, answersHead: Bool = false, keepAlive: Bool = true, minorVersion: Int = 1
    ) -> String {
        var output: [UInt8] = []
        var writer = ResponseWriter(
            response, answersHead: answersHead, keepAlive: keepAlive, minorVersion: minorVersion)
        while writer.write(into: &output, date: Self.date) != .end {}
        return String(decoding: output, as: UTF8.self)
    }

    private func name(_ text: String) throws -> FieldName { try #require(FieldName(text)) }

    @Test("A JSON response is written like this, to the byte")
    func json() {
        #expect(
            wire(.json(Array(#"{"a":1}"#.utf8))) == """
                HTTP/1.1 200 OK\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Type: application/json\r
                Content-Length: 7\r
                \r
                {"a":1}
                """)
    }

    @Test("A response is appended to the output before it")
    func appends() {
        var output = Array("before".utf8)
        for _ in 0..<2 {
            var writer = ResponseWriter(Response(status: .ok), answersHead: false, keepAlive: true, minorVersion: 1)
            #expect(writer.write(into: &output, date: "now") == .end)
        }
        let one = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n"
        #expect(String(decoding: output, as: UTF8.self) == "before" + one + one)
    }

    @Test("An answer to HEAD has the length of the body and no body")
    func head() {
        let text = wire(Response(status: .ok, body: Array("wiki".utf8)), answersHead: true)
        #expect(text.contains("\r\nContent-Length: 4\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test("A status without a body sends neither length nor body", arguments: [100, 103, 204, 304])
    func bodiless(_ code: Int) {
        let text = wire(Response(status: Status(code), body: Array("wiki".utf8)))
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test("An empty body has a Content-Length", arguments: [200, 201, 404, 500])
    func emptyBody(_ code: Int) {
        #expect(wire(Response(status: Status(code))).contains("\r\nContent-Length: 0\r\n"))
    }

    @Test(
        "A Connection field is sent when the client's HTTP version means the opposite",
        arguments: [(true, 1, nil), (false, 1, "close"), (true, 0, "keep-alive"), (false, 0, "close")]
            as [(Bool, Int, String?)])
    func connection(keepAlive: Bool, minorVersion: Int, told: String?) {
        let text = wire(Response(status: .ok), keepAlive: keepAlive, minorVersion: minorVersion)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        if let told {
            #expect(text.contains("\r\nConnection: \(told)\r\n"))
        } else {
            #expect(!text.contains("Connection"))
        }
    }

    @Test("The server sets the fields that frame a message, whatever the handler has set")
    func ownFields() {
        var fields = Fields()
        fields.add(.contentLength, "99")
        fields.add(.transferEncoding, "chunked")
        fields.add(.connection, "upgrade")
        fields.add(.retryAfter, "1")
        #expect(
            wire(Response(status: .unavailable, fields: fields)) == """
                HTTP/1.1 503 Service Unavailable\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Retry-After: 1\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test("A Date that the handler has set is kept")
    func ownDate() {
        var fields = Fields()
        fields.add(.date, "yesterday")
        let text = wire(Response(status: .noContent, fields: fields))
        #expect(text == "HTTP/1.1 204 No Content\r\nDate: yesterday\r\n\r\n")
    }

    @Test("Names are written with capitals, values as they are, in order")
    func fields() throws {
        var fields = Fields()
        fields.add(try name("x-request-id"), "aB")
        fields.add(try name("set-cookie"), "a=1")
        fields.add(try name("set-cookie"), "b=é")
        fields.add(try name("1a-_b"), "")
        let expected = "\r\nX-Request-Id: aB\r\nSet-Cookie: a=1\r\nSet-Cookie: b=é\r\n1a-_b: \r\nContent-Length"
        #expect(wire(Response(status: .ok, fields: fields)).contains(expected))
    }

    @Test("No value of a field can end a line", arguments: ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "\r\n\r\n<html>"])
    func noInjection(_ value: String) {
        let lineEnds = { (value: String) in
            var fields = Fields()
            fields.add(.contentType, value)
            return wire(Response(status: .ok, fields: fields)).utf8.count { $0 == 0x0A || $0 == 0x0D }
        }
        #expect(lineEnds(value) == lineEnds("harmless"))
    }

    @Test(
        "A status line has the reason of its status, or Unknown",
        arguments: [
            (200, "OK"), (201, "Created"), (204, "No Content"), (400, "Bad Request"), (401, "Unauthorized"),
            (403, "Forbidden"), (404, "Not Found"), (405, "Method Not Allowed"), (408, "Request Timeout"),
            (409, "Conflict"), (413, "Content Too Large"), (414, "URI Too Long"), (417, "Expectation Failed"),
            (422, "Unprocessable Content"), (429, "Too Many Requests"), (431, "Request Header Fields Too Large"),
            (500, "Internal Server Error"), (501, "Not Implemented"), (502, "Bad Gateway"),
            (503, "Service Unavailable"), (504, "Gateway Timeout"), (299, "Unknown"), (999, "Unknown"),
        ])
    func reasons(_ code: Int, _ reason: String) {
        #expect(wire(Response(status: Status(code))).hasPrefix("HTTP/1.1 \(code) \(reason)\r\n"))
    }

    @Test("A status without three digits is sent as 500", arguments: [-1, 0, 99, 1000, Int.max, Int.min])
    func impossibleStatus(_ code: Int) {
        #expect(wire(Response(status: Status(code))).hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
    }

    @Test("100 Continue is written like this, to the byte")
    func interim() {
        #expect(String(decoding: ResponseWriter.continue100, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
    }
}

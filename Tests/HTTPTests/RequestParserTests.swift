import FuzzChecks
import HTTP
import Testing

@Suite("The request parser")
struct RequestParserTests {
    private enum Missing: Error { case head }

    private func parser(_ text: String) -> RequestParser {
        var parser = RequestParser()
        parser.append(Array(text.utf8))
        return parser
    }

    @Test("A body comes in pieces as it arrives, with an end after the last")
    func pieces() throws {
        var parser = parser("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab")
        guard case .head = try parser.next() else { throw Missing.head }
        #expect(try parser.next() == .body(Array("ab".utf8)))
        #expect(try parser.next() == nil)
        parser.append(Array("cdef".utf8))
        #expect(try parser.next() == .body(Array("cdef".utf8)))
        #expect(try parser.next() == .end)
        #expect(try parser.next() == nil)
    }

    @Test("Buffered bytes are those that no event has had yet")
    func buffered() throws {
        var parser = parser("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET")
        _ = try parser.next()
        #expect(parser.buffered == 5)
        _ = try parser.next()
        _ = try parser.next()
        #expect(parser.buffered == 3)
        #expect(try parser.next() == nil)
        #expect(parser.buffered == 3)
    }

    @Test("The parser is between requests until the first byte of the next one, and again after the end")
    func betweenRequests() throws {
        var parser = RequestParser()
        #expect(parser.isBetweenRequests)
        parser.append(Array("G".utf8))
        #expect(try parser.next() == nil)
        #expect(!parser.isBetweenRequests)
        parser.append(Array("ET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        _ = try parser.next()
        #expect(!parser.isBetweenRequests)
        #expect(try parser.next() == .end)
        #expect(parser.isBetweenRequests)
    }

    @Test("A byte that is not allowed is found at every place of a target and of a value", arguments: 0..<20)
    func everyPlace(_ place: Int) throws {
        let text = Array(repeating: UInt8(ascii: "x"), count: 20)
        func outcome(_ byte: UInt8, _ start: String, _ end: String) -> Bool {
            var parser = RequestParser()
            var changed = text
            changed[place] = byte
            parser.append(Array(start.utf8) + changed + Array(end.utf8))
            return (try? parser.next()) != nil
        }
        for byte in UInt8.min...UInt8.max {
            let inTarget = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
            #expect(outcome(byte, "GET /", " HTTP/1.1\r\nHost: a\r\n\r\n") == inTarget, "\(byte) in a target")
            let inValue = byte >= 0x20 && byte != 0x7F || byte == 0x09
            #expect(outcome(byte, "GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n") == inValue, "\(byte) in a value")
        }
    }

    @Test("A skipped line end does not begin a request")
    func skippedLineEnd() throws {
        var parser = parser("\r\n")
        #expect(try parser.next() == nil)
        #expect(parser.isBetweenRequests)
        #expect(parser.buffered == 0)
    }

    @Test("The head is known from its request line on, for wording errors")
    func headAfterAnError() throws {
        var parser = parser("POST /api/v1/x?y=z HTTP/1.1\r\nA: b\r\nbroken\r\n\r\n")
        #expect(throws: ProtocolError.self) { try parser.next() }
        #expect(parser.head?.method == .post)
        #expect(parser.head?.path == "/api/v1/x")
        #expect(parser.head?.query == "y=z")
        #expect(parser.head?.fields.list.map(\.value) == ["b"])
    }

    @Test(
        "The head stays known after an error found at its end or in its body",
        arguments: [
            "POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: gzip\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\nbroken\r\n",
        ])
    func headAfterALaterError(_ text: String) throws {
        var parser = parser(text)
        #expect(throws: ProtocolError.self) { while try parser.next() != nil {} }
        #expect(parser.head?.path == "/a")
        #expect(parser.head?.fields[.host] == "b")
    }

    @Test("There is no head before a request line, not even that of the request before")
    func noHead() throws {
        var parser = parser("GET / HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n")
        _ = try parser.next()
        #expect(parser.head != nil)
        #expect(try parser.next() == .end)
        #expect(parser.head == nil)
        #expect(throws: ProtocolError.self) { try parser.next() }
        #expect(parser.head == nil)
    }

    @Test("A failed parser stays failed, and keeps no later bytes")
    func staysFailed() {
        var parser = parser("GET / HTTP/3.0\r\n")
        let first = #expect(throws: ProtocolError.self) { try parser.next() }
        parser.append(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(parser.buffered == 0)
        let second = #expect(throws: ProtocolError.self) { try parser.next() }
        #expect(first == second)
        #expect(!parser.isBetweenRequests)
    }

    @Test("A copy of a parser goes on apart from it")
    func copies() throws {
        var one = parser("GET / HTTP/1.1\r\nHost: a\r\n")
        #expect(try one.next() == nil)
        var other = one
        one.append(Array("\r\n".utf8))
        other.append(Array("broken\r\n".utf8))
        guard case .head = try one.next() else { throw Missing.head }
        #expect(throws: ProtocolError.self) { try other.next() }
    }

    @Test("A caller can set the limits of the head")
    func ownLimits() {
        let request = Array("GET /12345 HTTP/1.1\r\nHost: a\r\nB: cdefghijklmnopqrst\r\n\r\n".utf8)
        let cases: [(HeadLimits, Int?)] = [
            (HeadLimits(), nil),
            (HeadLimits(headBytes: request.count), nil),
            (HeadLimits(headBytes: request.count - 1), 431),
            (HeadLimits(headBytes: 20), 414),
            (HeadLimits(lineBytes: 21), nil),
            (HeadLimits(lineBytes: 20), 431),
            (HeadLimits(lineBytes: 18), 414),
            (HeadLimits(fieldCount: 2), nil),
            (HeadLimits(fieldCount: 1), 431),
        ]
        for (limits, status) in cases {
            var parser = RequestParser(limits: limits)
            parser.append(request)
            do throws(ProtocolError) {
                while try parser.next() != nil {}
                #expect(status == nil, "\(limits)")
            } catch {
                #expect(error.status.code == status, "\(limits)")
            }
        }
    }

    @Test("No error message quotes the request, has two lines or ends with a full stop")
    func messages() {
        let errors = Vector.all.compactMap { Transcript(of: $0.input, fields: false).error }
        #expect(errors.count > 100)
        for error in errors {
            #expect(error.message.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(error.message.last != ".")
            #expect(error.message.utf8.count < 120)
        }
        var marked = parser("GET /marked#mark HTTP/1.1\r\n")
        let error = #expect(throws: ProtocolError.self) { try marked.next() }
        #expect(error?.message.contains("mark") == false)
    }
}

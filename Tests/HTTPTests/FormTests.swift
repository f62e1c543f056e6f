import HTTP
import Testing

@Suite("Forms")
struct FormTests {
    private static let type = "multipart/form-data; boundary=b"

    private func form(_ body: String, _ type: String?, _ limits: FormLimits = FormLimits()) throws -> Form? {
        var fields = Fields()
        if let type { fields.add(.contentType, type) }
        let head = RequestHead(method: .post, path: "/", fields: fields)
        return try Form(Request(head: head, body: .bytes(Array(body.utf8))), limits: limits)
    }

    private static func part(_ name: String, _ content: String, filename: String? = nil) -> String {
        let file = filename.map { "; filename=\"\($0)\"" } ?? ""
        return "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n\(content)\r\n"
    }

    private static func refusal(_ body: String, _ type: String, _ change: (inout FormLimits) -> Void) -> String? {
        var limits = FormLimits()
        change(&limits)
        do {
            _ = try FormTests().form(body, type, limits)
            return nil
        } catch {
            let error = error as? ProtocolError
            return "\(error?.status.code ?? 0) \(error?.message ?? "")"
        }
    }

    @Test("Both encodings of the same fields give the same form")
    func encodings() throws {
        let pairs = try #require(try form("a=1&b=%C3%B6+2&a=3", "Application/X-WWW-Form-Urlencoded ; charset=UTF-8"))
        let body = Self.part("a", "1") + Self.part("b", "ö 2") + Self.part("a", "3") + "--b--"
        let parts = try #require(try form(body, Self.type))
        #expect(pairs == parts)
        #expect(pairs.fields.map(\.name) == ["a", "b", "a"])
        #expect(pairs.fields.map(\.value) == ["1", "ö 2", "3"])
    }

    @Test("A file's content stays in the body, and the form has its range")
    func files() throws {
        let body = Self.part("a", "1") + Self.part("file", "\r\n--x", filename: "x.png") + Self.part("b", "2") + "--b--"
        let form = try #require(try form(body, Self.type))
        #expect(form.fields.map(\.value) == ["1", "2"])
        let file = try #require(form.files.first)
        #expect(form.files.count == 1)
        #expect([file.name, file.filename] == ["file", "x.png"])
        #expect(try Body.bytes(Array(body.utf8)).read(file.content) == Array("\r\n--x".utf8))
    }

    @Test("Text that is not UTF-8 is repaired")
    func repair() throws {
        let head = RequestHead(method: .post, path: "/", fields: try #require(Self.fields))
        let body = Array(Self.part("a", "x").utf8).map { $0 == UInt8(ascii: "x") ? 0xFF : $0 } + Array("--b--".utf8)
        #expect(try Form(Request(head: head, body: .bytes(body)))?.fields.map(\.value) == ["\u{FFFD}"])
    }

    private static var fields: Fields? {
        var fields = Fields()
        fields.add(.contentType, type)
        return fields
    }

    @Test(
        "A body of another type is no form",
        arguments: [nil, "", "application/json", "multipart/mixed; boundary=b", "multipart/form-datax; boundary=b"])
    func otherTypes(_ type: String?) throws {
        #expect(try form("a=1", type) == nil)
    }

    @Test("A form at each limit is accepted, and one beyond it is refused")
    func limits() {
        let pairs = "application/x-www-form-urlencoded"
        let file = Self.part("f", "12345", filename: "x") + "--b--"
        let two = Self.part("a", "1") + Self.part("f", "", filename: "x") + "--b--"
        let cases: [(String, String, WritableKeyPath<FormLimits, Int>, Int, String)] = [
            ("a=1&b=2", pairs, \.parts, 2, "413 The form has too many fields"),
            (two, Self.type, \.parts, 2, "413 The form has too many fields"),
            ("a=1&bc=%C3%B6", pairs, \.fieldBytes, 4, "413 Field 2 of the form is too large"),
            (
                Self.part("a", "1") + Self.part("bc", "ö") + "--b--", Self.type, \.fieldBytes, 4,
                "413 Field 2 of the form"
            ),
            ("a=1&bc=%C3%B6", pairs, \.totalBytes, 6, "413 The fields of the form are too large together"),
            (
                Self.part("a", "1") + Self.part("bc", "ö") + "--b--", Self.type, \.totalBytes, 6,
                "413 The fields of the form"
            ),
            (file, Self.type, \.fileBytes, 5, "413 A file of the form is larger than 4 bytes"),
        ]
        for (body, type, path, limit, message) in cases {
            #expect(Self.refusal(body, type) { $0[keyPath: path] = limit } == nil, "\(body)")
            let refusal = Self.refusal(body, type) { $0[keyPath: path] = limit - 1 }
            #expect(refusal?.hasPrefix(message) == true, "\(body): \(refusal ?? "taken")")
        }
    }

    @Test("A form may have 100 fields by default")
    func defaults() {
        let part = Self.part("a", "1")
        for (count, isTaken) in [(100, true), (101, false)] {
            let parts = String(repeating: part, count: count) + "--b--"
            let pairs = String(repeating: "a=1&", count: count)
            #expect((Self.refusal(parts, Self.type) { _ in } == nil) == isTaken)
            #expect((Self.refusal(pairs, "application/x-www-form-urlencoded") { _ in } == nil) == isTaken)
        }
    }

    @Test("A field without an end is refused at the limit, and no more of it is kept")
    func endlessField() throws {
        var parser = FormParser()
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 64 * 1024)
        for _ in 0..<3 { try parser.append(piece) }
        #expect(throws: ProtocolError.self) { try parser.append(piece) }
        #expect(parser.buffered <= 3 * 64 * 1024 + 1)
    }

    @Test("A failed multipart parser stays failed, and keeps no later bytes")
    func staysFailed() throws {
        var parser = try MultipartParser(contentType: Self.type)
        parser.append(Array("--bx\r\n".utf8))
        let first = try #require(#expect(throws: ProtocolError.self) { try parser.next() })
        parser.append(Array("--b--".utf8))
        #expect(parser.buffered == 0)
        #expect(throws: first) { try parser.next() }
        #expect(throws: first) { try parser.finish() }
    }

    @Test("A part has all its fields")
    func partFields() throws {
        var parser = try MultipartParser(contentType: Self.type)
        parser.append(Array("--b\r\nX-Note: 1\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8))
        guard case .part(let part) = try parser.next() else {
            Issue.record("no part")
            return
        }
        #expect(
            part.fields.list.map { "\($0.name): \($0.value)" } == [
                "x-note: 1", "content-disposition: form-data; name=a",
            ])
    }

    @Test("A large content passes in pieces, and only a few bytes of it are kept")
    func largeContent() throws {
        var parser = try MultipartParser(contentType: Self.type)
        parser.append(Array("--b\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n".utf8))
        _ = try parser.next()
        // Ends as a boundary begins.
        let piece = [UInt8](repeating: 0, count: 16 * 1024) + Array("\r\n--".utf8)
        var count = 0
        for _ in 0..<50 {
            parser.append(piece)
            while case .content(let bytes) = try parser.next() { count += bytes.count }
            #expect(parser.buffered == 4)
        }
        #expect(count == 50 * piece.count - 4)
    }
}

@Suite("Bodies")
struct BodyTests {
    @Test("A range is read in pieces of 64 KiB")
    func pieces() {
        let body = Body.bytes([])
        #expect(body.pieces(of: 0..<0) == [])
        #expect(body.pieces(of: 5..<7) == [5..<7])
        #expect(body.pieces(of: 1..<(65_536 + 1)) == [1..<65_537])
        #expect(body.pieces(of: 1..<(65_536 + 2)) == [1..<65_537, 65_537..<65_538])
    }

    @Test("Bytes are read whole and in part")
    func reading() throws {
        let body = Body.bytes([1, 2, 3, 4])
        #expect(body.count == 4)
        #expect(try body.bytes() == [1, 2, 3, 4])
        #expect(try body.read(1..<3) == [2, 3])
    }
}

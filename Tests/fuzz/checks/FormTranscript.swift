public import HTTP

/// What the parser of a form made of some bytes, a line an event, in the words of the vectors.
public struct FormTranscript: Equatable {
    public private(set) var lines: [String] = []
    public private(set) var error: ProtocolError?
    /// What no vector says and must hold all the same; nil when it does.
    public private(set) var complaint: String?

    private let body: [UInt8]

    /// How much a parser may keep of what it has been given: the head of a part, or a field in escapes.
    private static let kept = (multipart: 8 * 1024, pairs: 3 * 64 * 1024 + 1)

    public static func == (one: FormTranscript, other: FormTranscript) -> Bool {
        one.lines == other.lines && one.error == other.error
    }

    /// Feeds `body` cut before each of `cuts`.
    /// - Parameter multipart: The value of Content-Type; nil for `application/x-www-form-urlencoded`.
    public init(of body: [UInt8], multipart type: String?, cuts: [Int] = []) {
        self.body = body
        var start = 0
        let pieces = (cuts + [body.count]).map { cut in
            defer { start = cut }
            return Array(body[start..<cut])
        }
        do throws(ProtocolError) {
            if let type { try readParts(pieces, type) } else { try readPairs(pieces) }
            lines.append("end")
        } catch {
            lines.append("error \(error.status.code) \(error.message)")
            self.error = error
        }
    }

    /// The first line of an input, and what follows it.
    public static func split(_ input: [UInt8]) -> (type: String, body: [UInt8]) {
        let line = input.prefix { $0 != UInt8(ascii: "\n") }
        let type = String(decoding: line.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        return (type, Array(input.dropFirst(line.count + 1)))
    }

    /// Whether this is the outcome a vector asks for.
    public func matches(_ outcome: [String]) -> Bool { Transcript.matches(lines, outcome) }

    private mutating func readPairs(_ pieces: [[UInt8]]) throws(ProtocolError) {
        var parser = FormParser()
        defer {
            for pair in parser.pairs { lines.append(Escapes.text(Array("pair \(pair.name) = \(pair.value)".utf8))) }
        }
        for piece in pieces {
            try parser.append(piece)
            note(parser.buffered, FormTranscript.kept.pairs)
        }
        try parser.finish()
    }

    private mutating func readParts(_ pieces: [[UInt8]], _ type: String) throws(ProtocolError) {
        var parser = try MultipartParser(contentType: type)
        var content: [UInt8] = []
        var part: FormPart?
        var hasEnded = false
        defer { flush(&content) }
        for piece in pieces {
            parser.append(piece)
            while let event = try parser.next() {
                if hasEnded { complaint = "an event after the end" }
                switch event {
                case .part(let begun):
                    part = begun
                    note(begun)
                case .content(let bytes):
                    if bytes.isEmpty || part == nil { complaint = "content of nothing" }
                    content += bytes
                case .partEnd:
                    check(content, of: part)
                    part = nil
                    flush(&content)
                    lines.append("part-end")
                case .end: hasEnded = true
                }
            }
            note(parser.buffered, FormTranscript.kept.multipart)
        }
        try parser.finish()
        if !hasEnded { complaint = "whole without an end" }
    }

    private mutating func note(_ part: FormPart) {
        lines.append(Escapes.text(Array("part \(part.name)".utf8)))
        if let name = part.filename { lines.append(Escapes.text(Array("filename \(name)".utf8))) }
        if let type = part.contentType { lines.append(Escapes.text(Array("type \(type)".utf8))) }
    }

    private mutating func note(_ buffered: Int, _ limit: Int) {
        if buffered > limit { complaint = "\(buffered) bytes are kept" }
    }

    private mutating func check(_ content: [UInt8], of part: FormPart?) {
        guard let part else {
            complaint = "a part ends that has not begun"
            return
        }
        let end = part.offset + content.count
        if end > body.count || Array(body[part.offset..<end]) != content { complaint = "content is not at its offset" }
    }

    private mutating func flush(_ content: inout [UInt8]) {
        guard !content.isEmpty else { return }
        lines.append("content " + Escapes.text(content))
        content = []
    }
}

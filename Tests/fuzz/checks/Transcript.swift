public import HTTP

/// What a parser made of some bytes, a line an event, in the words of the vectors.
public struct Transcript: Equatable {
    public private(set) var lines: [String] = []
    public private(set) var error: ProtocolError?

    /// Feeds `input` cut before each of `cuts`, and after each piece asks for events until there are none.
    public init(of input: [UInt8], cuts: [Int] = [], fields listsFields: Bool) {
        var parser = RequestParser()
        var body: [UInt8] = []
        var start = 0
        do throws(ProtocolError) {
            for cut in cuts + [input.count] {
                parser.append(Array(input[start..<cut]))
                start = cut
                while let event = try parser.next() {
                    if case .body(let piece) = event {
                        body += piece
                    } else {
                        flush(&body)
                        note(event, fields: listsFields)
                    }
                }
            }
            flush(&body)
            if !parser.isBetweenRequests { lines.append("waits") }
        } catch {
            flush(&body)
            lines.append("error \(error.status.code) \(error.message)")
            self.error = error
        }
    }

    /// Whether this is the outcome a vector asks for.
    public func matches(_ outcome: [String]) -> Bool { Transcript.matches(lines, outcome) }

    static func matches(_ lines: [String], _ outcome: [String]) -> Bool {
        lines.count == outcome.count
            && zip(lines, outcome).allSatisfy { line, expected in
                guard expected.hasPrefix("error ") else { return line == expected }
                let code = "error 000".count
                let words = expected.dropFirst(code + 1)
                return !words.isEmpty && line.prefix(code) == expected.prefix(code)
                    && line.dropFirst(code).contains(words)
            }
    }

    private mutating func note(_ event: RequestParser.Event, fields listsFields: Bool) {
        guard case .head(let head) = event else { return lines.append("end") }
        let target = head.query.isEmpty ? head.path : head.path + "?" + head.query
        let body =
            switch head.framing {
            case .none: "no-body"
            case .length(let length): "length=\(length)"
            case .chunked: "chunked"
            }
        let line =
            "head \(head.method) \(target) HTTP/1.\(head.minorVersion) \(body) "
            + (head.keepAlive ? "keep-alive" : "close") + (head.expectsContinue ? " continue" : "")
        lines.append(Escapes.text(Array(line.utf8)))
        guard listsFields else { return }
        for field in head.fields.list {
            lines.append(Escapes.text(Array("field \(field.name): \(field.value)".utf8)))
        }
    }

    private mutating func flush(_ body: inout [UInt8]) {
        guard !body.isEmpty else { return }
        lines.append("body " + Escapes.text(body))
        body = []
    }
}

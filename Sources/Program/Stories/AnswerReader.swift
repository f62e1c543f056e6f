import Exact

/// Reads one answer of HTTP/1.1 from the bytes of a connection (RFC 9112 §6.3): up to its length, its last chunk, or the
/// end of the connection.
struct AnswerReader {
    private enum Body {
        /// The bytes that are still to come.
        case length(Int)
        case chunks
        case untilEnd
    }

    private(set) var status = 0
    private(set) var body: [UInt8] = []
    /// Whether the whole answer is there; one that ends with the connection is not before that.
    private(set) var isWhole = false
    /// Whether what comes is no answer of HTTP.
    private(set) var isForeign = false
    /// The bytes that are held.
    var size: Int { body.count + rest.count }
    /// The bytes that are not read yet, from `start` on.
    private var rest: [UInt8] = []
    private var start = 0
    /// Nil: the head is not whole yet.
    private var framing: Body?

    mutating func take(_ bytes: some Sequence<UInt8>) {
        rest += bytes
        if framing == nil { readHead() }
        switch framing {
        case nil: break
        case .length(let count):
            body += rest[start...].prefix(count)
            let left = count - min(count, rest.count - start)
            drop()
            (framing, isWhole) = (.length(left), left == 0)
        case .chunks: readChunks()
        case .untilEnd:
            body += rest[start...]
            drop()
        }
    }

    /// The connection has ended. Returns whether the answer is whole.
    mutating func end() -> Bool {
        if case .untilEnd = framing { isWhole = true }
        return isWhole
    }

    private mutating func drop() { (rest, start) = ([], 0) }

    private mutating func readHead() {
        guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else {
            isForeign = !rest.prefix(7).elementsEqual("HTTP/1.".utf8.prefix(rest.count))
            return
        }
        let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        rest.removeSubrange(..<end.upperBound)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...599).contains(status)
        else {
            isForeign = true
            return
        }
        // An answer that only says that another one comes.
        guard status >= 200 else { return readHead() }
        self.status = status
        framing = AnswerReader.framing(status, lines.dropFirst())
        isForeign = framing == nil
    }

    /// Nil when the length is no number.
    private static func framing(_ status: Int, _ fields: ArraySlice<Substring>) -> Body? {
        if status == 204 || status == 304 { return .length(0) }
        var length: Body = .untilEnd
        for field in fields {
            let parts = field.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].drop { $0 == " " || $0 == "\t" }.lowercased()
            switch parts[0].lowercased() {
            case "transfer-encoding" where value.hasSuffix("chunked"): return .chunks
            case "content-length":
                guard let count = Int(value.split(separator: " ").first ?? ""), count >= 0 else { return nil }
                length = .length(count)
            default: break
            }
        }
        return length
    }

    /// Reads chunks as far as they are whole (RFC 9112 §7.1).
    private mutating func readChunks() {
        while !isWhole, let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let digits = rest[start..<end].prefix { $0.isASCIILetterOrDigit }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0, size < 1 << 40 else {
                isForeign = true
                return
            }
            if size == 0 {
                isWhole = true
                return
            }
            // The chunk, and the line end after it.
            guard rest.count - end - 1 >= size + 2 else { return }
            body += rest[(end + 1)..<(end + 1 + size)]
            start = end + 1 + size + 2
        }
        rest.removeSubrange(..<start)
        start = 0
    }
}

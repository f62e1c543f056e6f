import Exact
import HTTP
import JSON

/// Finds secrets in bodies by their names and shapes, byte by byte, without parsing the whole as JSON or as a form. So secrets in
/// malformed bodies are hidden too, and all other bytes stay as they are.
extension Redactor {
    func body(_ bytes: [UInt8], type: String?) -> [UInt8] {
        let kind = type?.lowercased() ?? ""
        let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let looksLikeJSON = start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
        // JSON sent as a form, as curl's -d does, is read as JSON.
        if kind.hasPrefix("application/x-www-form-urlencoded"), !looksLikeJSON {
            return Array(query(String(decoding: bytes, as: UTF8.self)).utf8)
        }
        if kind.hasPrefix("multipart/form-data") { return withoutShapes(multipart(bytes)) }
        if kind.hasPrefix("image/") { return bytes }
        return withoutShapes(json(bytes))
    }

    /// A query, or a form that is encoded as one.
    func query(_ text: String) -> String {
        guard !text.isEmpty else { return text }
        return text.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false).map { part -> String in
            guard let pair = Query(String(part)).pairs.first, !pair.value.isEmpty, hides(pair.value, under: pair.name),
                let mark = part.firstIndex(of: "=")
            else { return self.text(String(part)) }
            let shown = shown(pair.value)
            return shown === pair.value ? String(part) : String(part[...mark]) + shown
        }.joined(separator: "&")
    }

    /// JSON, alone or in the events of a stream.
    func json(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var copied = 0
        var at = 0
        while let quote = bytes[at...].firstIndex(of: UInt8(ascii: "\"")) {
            at = Redactor.endOfString(in: bytes, at: quote).end
            let colon = Redactor.skipSpace(in: bytes, at: at)
            guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { continue }
            at = Redactor.skipSpace(in: bytes, at: colon + 1)
            let meaning = meaning(of: Redactor.string(in: bytes, at: quote).text)
            guard meaning != .harmless, let value = Redactor.value(in: bytes, at: at), hides(value.text, meaning) else {
                continue
            }
            let shown = shown(value.text)
            guard shown !== value.text else { continue }
            var writer = JSONWriter(capacity: 32)
            writer.string(shown)
            out += bytes[copied..<at]
            out += writer.bytes
            at = value.end
            copied = at
        }
        return copied == 0 ? bytes : out + bytes[copied...]
    }

    /// The parts of a form whose head names a secret.
    private func multipart(_ bytes: [UInt8]) -> [UInt8] {
        guard let lineEnd = bytes.firstIndex(of: 13), bytes.starts(with: Array("--".utf8)) else { return bytes }
        let boundary = [13, 10] + bytes[..<lineEnd]
        var out: [UInt8] = []
        var rest = bytes[...]
        while let headEnd = Redactor.range(of: [13, 10, 13, 10], in: rest),
            let end = Redactor.range(of: boundary, in: rest[headEnd.upperBound...])
        {
            let head = String(decoding: rest[..<headEnd.lowerBound], as: UTF8.self)
            let content = String(decoding: rest[headEnd.upperBound..<end.lowerBound], as: UTF8.self)
            out += rest[..<headEnd.upperBound]
            if let name = Redactor.partName(head), hides(content, under: name) {
                out += Array(shown(content).utf8)
            } else {
                out += rest[headEnd.upperBound..<end.lowerBound]
            }
            out += boundary
            rest = rest[end.upperBound...]
        }
        return out + rest
    }

    private static func partName(_ head: String) -> String? {
        guard let start = head.utf8.firstRange(of: "; name=".utf8)?.upperBound else { return nil }
        let value = head[start...].unicodeScalars
        if value.first == "\"" { return String(value.dropFirst().prefix { $0 != "\"" }) }
        return String(value.prefix { $0 != ";" && $0 != "\r" && $0 != " " })
    }

    private static func range(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        var at = bytes.startIndex
        while at + pattern.count <= bytes.endIndex, let found = bytes[at...].firstIndex(of: pattern[0]) {
            guard found + pattern.count <= bytes.endIndex else { return nil }
            if bytes[found..<found + pattern.count].elementsEqual(pattern) { return found..<found + pattern.count }
            at = found + 1
        }
        return nil
    }

    /// The text of the string that begins there, and the offset after it; the rest when the string has no end.
    private static func string(in bytes: [UInt8], at start: Int) -> (text: String, end: Int) {
        let (end, isWhole) = endOfString(in: bytes, at: start)
        let inner = bytes[(start + 1)..<(isWhole ? end - 1 : end)]
        let plain = String(decoding: inner, as: UTF8.self)
        guard isWhole, inner.contains(UInt8(ascii: "\\")) else { return (plain, end) }
        return ((try? JSONReader.read(Array(bytes[start..<end])))?.string ?? plain, end)
    }

    /// The offset after the string that begins there. A body that was cut off can end within one, also within a secret.
    private static func endOfString(in bytes: [UInt8], at start: Int) -> (end: Int, isWhole: Bool) {
        var at = start + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return (min(at + 1, bytes.count), at < bytes.count)
    }

    /// The string or number that begins there; no other value can be a secret.
    private static func value(in bytes: [UInt8], at start: Int) -> (text: String, end: Int)? {
        guard start < bytes.count else { return nil }
        if bytes[start] == UInt8(ascii: "\"") { return string(in: bytes, at: start) }
        let end = bytes[start...].firstIndex { !"0123456789+-.eE".utf8.contains($0) } ?? bytes.count
        return end > start ? (String(decoding: bytes[start..<end], as: UTF8.self), end) : nil
    }

    private static func skipSpace(in bytes: [UInt8], at start: Int) -> Int {
        bytes[min(start, bytes.count)...].firstIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? bytes.count
    }
}

/// The line before a chunk's data: `chunk-size [ chunk-ext ]` (RFC 9112 §7.1).
struct ChunkLine {
    /// How much data follows; 0 ends the body.
    let size: Int

    private static let maximumDigits = 8
    private static let maximumExtension = 256

    /// The longest valid line, without its line end.
    static let maximumBytes = maximumDigits + maximumExtension

    init(_ line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        var size = 0
        var digits = 0
        while digits < line.count, let digit = hexValue(line[digits]) {
            guard digits < ChunkLine.maximumDigits else {
                throw ProtocolError(.badRequest, "A chunk size has more than 8 hexadecimal digits")
            }
            size = size << 4 | Int(digit)
            digits += 1
        }
        guard digits > 0 else { throw ChunkLine.malformed }
        self.size = size
        try ChunkLine.checkExtension(line[digits...])
    }

    /// Extensions are ignored, but one that another reader could understand differently is refused: it must start as an
    /// extension, be short and contain no control character.
    private static func checkExtension(_ rest: Slice<UnsafeBufferPointer<UInt8>>) throws(ProtocolError) {
        guard !rest.isEmpty else { return }
        guard rest.count <= maximumExtension else { throw tooLong }
        let start = rest.drop(while: isBlank)
        guard start.first == UInt8(ascii: ";") else { throw malformed }
        guard let first = start.dropFirst().drop(while: isBlank).first, isTokenByte(first), rest.allSatisfy(isValueByte)
        else {
            throw ProtocolError(.badRequest, "A chunk extension is malformed; none is needed")
        }
    }

    static let tooLong = ProtocolError(.badRequest, "A chunk extension is longer than 256 bytes; none is needed")
    private static let malformed = ProtocolError(.badRequest, "A chunk must start with its size in hexadecimal digits")
}

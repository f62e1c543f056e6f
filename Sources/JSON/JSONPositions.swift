/// Turns byte offsets of one text into what an editor shows. The text is counted through once, however many are asked.
public struct JSONPositions {
    /// Bytes between two places that are remembered.
    private static let step = 256

    private let bytes: [UInt8]
    /// The place of every `step`th byte.
    private var marks: [(line: Int, column: Int)] = []

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var place = (line: 1, column: 1)
        for start in stride(from: 0, through: bytes.count, by: Self.step) {
            marks.append(place)
            advance(&place, over: start..<min(start + Self.step, bytes.count))
        }
    }

    /// Line and column of a byte offset, both from 1. A column is one Unicode scalar, and an offset inside a scalar has
    /// that scalar's column. LF, CRLF and a lone CR each end one line; they belong to the line that they end. An offset
    /// beyond the text is taken as its end. A byte order mark has no column.
    public func of(_ offset: Int) -> (line: Int, column: Int) {
        let end = min(max(offset, 0), bytes.count)
        let mark = end / Self.step
        var place = marks[mark]
        advance(&place, over: mark * Self.step..<end)
        if end < bytes.count, end > 0, Self.isContinuation(bytes[end]) { place.column -= 1 }
        if place.line == 1, bytes.starts(with: JSONReader.byteOrderMark) { place.column -= 1 }
        return (place.line, max(place.column, 1))
    }

    private func advance(_ place: inout (line: Int, column: Int), over range: Range<Int>) {
        for index in range {
            let byte = bytes[index]
            let isFirstOfCRLF = byte == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if byte == 0x0A || (byte == UInt8(ascii: "\r") && !isFirstOfCRLF) {
                place = (place.line + 1, 1)
            } else if !Self.isContinuation(byte) {
                place.column += 1
            }
        }
    }

    private static func isContinuation(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}

/// Turns byte offsets into what an editor shows.
public enum JSONPosition {
    /// Line and column of a byte offset, both from 1. A column is one Unicode scalar, and an offset inside a scalar has
    /// that scalar's column. LF, CRLF and a lone CR each end one line; they stand on the line that they end.
    /// An offset beyond the text is taken as its end.
    public static func of(_ offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let end = min(max(offset, 0), bytes.count)
        var line = 1
        var column = 1
        for index in 0..<end {
            let byte = bytes[index]
            let isFirstOfCRLF = byte == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if byte == 0x0A || (byte == UInt8(ascii: "\r") && !isFirstOfCRLF) {
                line += 1
                column = 1
            } else if !isContinuation(byte) {
                column += 1
            }
        }
        if end < bytes.count, end > 0, isContinuation(bytes[end]) { column -= 1 }
        return (line, max(column, 1))
    }

    private static func isContinuation(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}

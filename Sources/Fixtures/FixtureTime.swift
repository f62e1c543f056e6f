/// The one form in which fixtures and replies write a moment (spec H-8).
public enum FixtureTime {
    /// Whether the text is a moment as `YYYY-MM-DDTHH:MM:SSZ`, with a day that its month has.
    public static func isTimestamp(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let shape = Array("0000-00-00T00:00:00Z".utf8)
        guard bytes.count == shape.count else { return false }
        for (byte, wanted) in zip(bytes, shape) {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            guard wanted == UInt8(ascii: "0") ? isDigit : byte == wanted else { return false }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && (1...days[month - 1]).contains(day)
            && number(11..<13) < 24 && number(14..<16) < 60 && number(17..<19) < 60
    }
}

public import Dialogue
import Glibc

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

/// Moments as text.
extension Timestamp {
    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, also with a fraction of a second, or with an offset such as `+01:00` in place of `Z`
    /// (RFC 3339 §5.6), from 1970 to 2261; nil for anything else.
    public init?(text: String) {
        guard let (local, ahead) = Timestamp.separate(text) else { return nil }
        let parts = local.split(separator: ".", omittingEmptySubsequences: false)
        var nanoseconds: Int64 = 0
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let fraction = Int64(digits + String(repeating: "0", count: 9 - digits.utf8.count))
            else { return nil }
            nanoseconds = fraction
        }
        let whole = "\(parts[0])Z"
        guard parts.count <= 2, FixtureTime.isTimestamp(whole) else { return nil }
        let numbers = whole.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6, (1969...2262).contains(numbers[0]) else { return nil }
        var calendar = tm()
        calendar.tm_year = numbers[0] - 1900
        calendar.tm_mon = numbers[1] - 1
        (calendar.tm_mday, calendar.tm_hour) = (numbers[2], numbers[3])
        (calendar.tm_min, calendar.tm_sec) = (numbers[4], numbers[5])
        let seconds = Int64(timegm(&calendar)) - ahead
        guard (Timestamp.earliest.seconds...Timestamp.latest.seconds).contains(seconds) else { return nil }
        self.init(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
    }

    /// The time before its zone, and by how many seconds the zone is ahead of UTC; nil for a text without a zone.
    private static func separate(_ text: String) -> (local: String, ahead: Int64)? {
        let bytes = Array(text.utf8)
        if bytes.last == UInt8(ascii: "Z") { return (String(decoding: bytes.dropLast(), as: UTF8.self), 0) }
        let zone = bytes.suffix(6)
        guard zone.count == 6, let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return nil
        }
        let parts = String(decoding: zone.dropFirst(), as: UTF8.self).split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60
        else { return nil }
        let ahead = (hours * 60 + minutes) * 60
        return (String(decoding: bytes.dropLast(6), as: UTF8.self), sign == UInt8(ascii: "-") ? -ahead : ahead)
    }

    /// `YYYY-MM-DDTHH:MM:SSZ` (spec H-8).
    public var text: String {
        String(unsafeUninitializedCapacity: Timestamp.length) { text in
            write(to: UnsafeMutableRawBufferPointer(text))
            return Timestamp.length
        }
    }

    /// The bytes of `text`.
    static let length = 20

    /// Writes `text` to `length` bytes.
    func write(to text: UnsafeMutableRawBufferPointer) {
        var moment = time_t(seconds)
        var calendar = tm()
        gmtime_r(&moment, &calendar)
        func put(_ number: Int32, _ digits: Int, at index: Int) {
            var rest = number
            for place in (index..<index + digits).reversed() {
                text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
        put(calendar.tm_year + 1900, 4, at: 0)
        put(calendar.tm_mon + 1, 2, at: 5)
        put(calendar.tm_mday, 2, at: 8)
        put(calendar.tm_hour, 2, at: 11)
        put(calendar.tm_min, 2, at: 14)
        put(calendar.tm_sec, 2, at: 17)
        (text[4], text[7]) = (UInt8(ascii: "-"), UInt8(ascii: "-"))
        (text[10], text[19]) = (UInt8(ascii: "T"), UInt8(ascii: "Z"))
        (text[13], text[16]) = (UInt8(ascii: ":"), UInt8(ascii: ":"))
    }

    /// The time to the nanosecond: `YYYY-MM-DDTHH:MM:SS.fffffffffZ`.
    public var exactText: String {
        let fraction = nanoseconds - seconds * 1_000_000_000
        return "\(text.dropLast()).\(String(1_000_000_000 + fraction).dropFirst())Z"
    }
}

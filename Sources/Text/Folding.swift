import CUtf8proc

/// Makes texts comparable whatever their case, accents and composition.
///
/// A folded text is lower case and canonically decomposed (NFD), without the marks U+0300–036F. All other marks stay:
/// vowel signs and the voicing of Kana make other words. Lower case goes scalar by scalar and knows no language: ß
/// stays ß and is not ss, Turkish İ becomes i while ı stays ı. The one addition is that ς becomes σ, so that a Greek
/// word folds alike in capitals and in small letters.
public enum Folding {
    public static func fold(_ text: String) -> [UInt8] {
        asciiLowercased(text) ?? encode(scalars(of: text)[...])
    }

    /// The folded bytes of a text that is all ASCII, nil for any other.
    static func asciiLowercased(_ text: String) -> [UInt8]? {
        let utf8 = text.utf8.span
        var union: UInt8 = 0
        var folded: [UInt8] = []
        folded.append(addingCapacity: utf8.count) { folded in
            folded.withUnsafeMutableBufferPointer { folded, count in
                for index in 0..<utf8.count {
                    let byte = utf8[index]
                    folded.initializeElement(at: index, to: asciiLowercased(byte))
                    union |= byte
                }
                count = utf8.count
            }
        }
        return union < 0x80 ? folded : nil
    }

    private static func asciiLowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    static func encode(_ scalars: ArraySlice<Int32>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: scalars.count * 4) { bytes, count in
            for scalar in scalars {
                count += utf8proc_encode_char(scalar, bytes.baseAddress! + count)
            }
        }
    }
}

extension Folding {
    /// How far back a mark may move to its canonical place: the longest run of marks in stream-safe text (UAX #15
    /// section 13). utf8proc's own ordering has no bound and takes quadratic time on a long run.
    private static let longestMarkRun = 30

    /// The folded scalars of any text.
    static func scalars(of text: String) -> [Int32] {
        // The canonical decomposition with the most scalars a byte is that of U+0390: three from two.
        [Int32](unsafeUninitializedCapacity: text.utf8.count * 2) { scalars, count in
            for scalar in text.unicodeScalars {
                if scalar.isASCII {
                    scalars[count] = Int32(asciiLowercased(UInt8(scalar.value)))
                    count += 1
                } else {
                    appendFolded(Int32(scalar.value), to: scalars, &count)
                }
            }
        }
    }

    private static func appendFolded(
        _ scalar: Int32, to scalars: UnsafeMutableBufferPointer<Int32>, _ count: inout Int
    ) {
        var boundary: Int32 = 0
        let start = count
        let length = utf8proc_decompose_char(
            scalar, scalars.baseAddress! + start, scalars.count - start, UTF8PROC_DECOMPOSE, &boundary)
        for index in start..<start + length where !(0x300...0x36F).contains(scalars[index]) {
            scalars[count] = lowercased(scalars[index])
            count += 1
            moveMark(at: count - 1, in: scalars)
        }
    }

    private static func lowercased(_ scalar: Int32) -> Int32 {
        let lower = utf8proc_tolower(scalar)
        return lower == 0x3C2 ? 0x3C3 : lower
    }

    /// Moves a mark before those of a higher combining class directly before it.
    private static func moveMark(at place: Int, in scalars: UnsafeMutableBufferPointer<Int32>) {
        let order = combiningClass(scalars[place])
        guard order > 0 else { return }
        var index = place
        while index > max(0, place - longestMarkRun), combiningClass(scalars[index - 1]) > order {
            scalars.swapAt(index, index - 1)
            index -= 1
        }
    }

    private static func combiningClass(_ scalar: Int32) -> utf8proc_propval_t {
        scalar < 0x300 ? 0 : utf8proc_get_property(scalar).pointee.combining_class
    }
}

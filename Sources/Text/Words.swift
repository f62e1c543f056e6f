/// The words of a folded text in one string of bytes, made to be searched.
///
/// A word is a run of letters, marks and digits with apostrophes inside it, or one emoji. A letter of a script without
/// spaces counts as a word by itself, with its marks, so that text in such scripts matches inside runs and never inside
/// a letter. Each word is followed by `Words.end`, and one is before the first. Where something other than words
/// separates two letters of such scripts, the word `Words.breach` is between them. Both bytes are controls, which no
/// word contains.
struct Words: Equatable, Sendable {
    static let end: UInt8 = 0x1F
    static let breach: UInt8 = 0x1E

    let bytes: [UInt8]
    /// Whether the text ends within a word, without anything behind it.
    let endsInWord: Bool

    /// - Parameter ascii: folded bytes, all ASCII.
    init(ascii: [UInt8]) {
        var isOpen = false
        var bytes: [UInt8] = []
        // Each byte becomes one at most, and there is one end more than there are separators.
        bytes.append(addingCapacity: ascii.count + 2) { words in
            words.withUnsafeMutableBufferPointer { words, count in
                func append(_ byte: UInt8) {
                    words.initializeElement(at: count, to: byte)
                    count += 1
                }
                append(Self.end)
                for index in ascii.indices {
                    let byte = ascii[index]
                    if Self.isWord(byte) {
                        append(byte)
                        isOpen = true
                    } else if isOpen {
                        isOpen = byte == UInt8(ascii: "'") && index + 1 < ascii.count && Self.isWord(ascii[index + 1])
                        append(isOpen ? byte : Self.end)
                    }
                }
                if isOpen { append(Self.end) }
            }
        }
        self.bytes = bytes
        endsInWord = isOpen
    }

    /// - Parameter scalars: folded scalars of any kind.
    init(scalars: [Int32]) {
        var builder = WordsBuilder(scalars)
        builder.run()
        endsInWord = builder.isInWord
        bytes = builder.finished()
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    var isEmpty: Bool { bytes.count == 1 }
}

import CUtf8proc

/// Splits folded scalars into words and writes them in the form of `Words`.
struct WordsBuilder {
    private enum Kind {
        case word, run, emoji
    }

    private static let zeroWidthJoiner: Int32 = 0x200D
    private static let pictureSelector: Int32 = 0xFE0F
    private static let keycap: Int32 = 0x20E3

    private let scalars: [Int32]
    private var index = 0
    private var bytes: [UInt8] = []
    /// The kind of the last word; nil before the first.
    private var last: Kind?
    /// Whether something that is not a word follows the last word.
    private var isSeparated = false

    init(_ scalars: [Int32]) {
        self.scalars = scalars
        bytes.reserveCapacity(scalars.count * 4)
        bytes.append(Words.end)
    }

    var isInWord: Bool { last != nil && !isSeparated }

    mutating func run() {
        while index < scalars.count {
            let scalar = scalars[index]
            if isKeycap {
                emoji()
                continue
            }
            index += 1
            switch ScalarClass(scalar) {
            case .word:
                if last != .word || isSeparated { begin(.word) }
                append(scalar)
            case .run:
                begin(.run)
                append(scalar)
            case .mark:
                if !isInWord { begin(.word) }
                append(scalar)
            case .apostrophe:
                if isInWord, last == .word, index < scalars.count, case .word = ScalarClass(scalars[index]) {
                    append(0x27)
                } else {
                    isSeparated = true
                }
            case .emoji:
                index -= 1
                emoji()
            case .emojiOnRequest:
                if peek(0) == Self.pictureSelector {
                    index -= 1
                    emoji()
                } else {
                    isSeparated = true
                }
            case .invisible: break
            case .gap: isSeparated = true
            }
        }
    }

    mutating func finished() -> [UInt8] {
        if last != nil { bytes.append(Words.end) }
        return bytes
    }

    private mutating func begin(_ kind: Kind) {
        if last != nil { bytes.append(Words.end) }
        if last == .run, kind == .run, isSeparated { bytes += [Words.breach, Words.end] }
        last = kind
        isSeparated = false
    }

    private mutating func append(_ scalar: Int32) {
        if scalar < 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: scalar))
        } else {
            UTF8.encode(Unicode.Scalar(UInt32(bitPattern: scalar))!)!.forEach { bytes.append($0) }
        }
    }

    private func peek(_ distance: Int) -> Int32? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }
}

extension WordsBuilder {
    /// Whether a digit, # or * with a keycap is at this place.
    private var isKeycap: Bool {
        switch scalars[index] {
        case 0x30...0x39, 0x23, 0x2A:
            peek(1) == Self.keycap || (peek(1) == Self.pictureSelector && peek(2) == Self.keycap)
        default: false
        }
    }

    /// Takes one emoji (UTS #51 section 1.4.9): a flag, or pictures joined by U+200D, each with its skin tone, keycap
    /// or tags. The selectors between text and picture form are left out, so that ❤ and ❤️ are one word.
    private mutating func emoji() {
        begin(.emoji)
        if isRegional(peek(0)), isRegional(peek(1)) {
            append(scalars[index])
            append(scalars[index + 1])
            index += 2
            return
        }
        picture()
        while peek(0) == Self.zeroWidthJoiner, let next = peek(1), isPicture(next) {
            append(Self.zeroWidthJoiner)
            index += 1
            picture()
        }
    }

    private mutating func picture() {
        append(scalars[index])
        index += 1
        while let scalar = peek(0) {
            switch scalar {
            case Self.pictureSelector: break
            case 0x1F3FB...0x1F3FF, Self.keycap, 0xE0020...0xE007F: append(scalar)
            default: return
            }
            index += 1
        }
    }

    private func isRegional(_ scalar: Int32?) -> Bool {
        scalar.map { (0x1F1E6...0x1F1FF).contains($0) } ?? false
    }

    private func isPicture(_ scalar: Int32) -> Bool {
        switch ScalarClass(scalar) {
        case .emoji, .emojiOnRequest: true
        default: false
        }
    }
}

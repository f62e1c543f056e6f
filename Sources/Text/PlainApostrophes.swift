/// A text in UTF-8 with plain apostrophes in place of typographic ones (U+2019), and the way back to its places.
struct PlainApostrophes {
    let bytes: [UInt8]
    /// The places in `bytes` of the apostrophes that were replaced.
    private let replaced: [Int]

    private static let typographic: [UInt8] = [0xE2, 0x80, 0x99]

    /// Nil when the text has no typographic apostrophe.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.contains(Self.typographic[0]) else { return nil }
        var bytes: [UInt8] = []
        var replaced: [Int] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index...].starts(with: Self.typographic) {
                replaced.append(bytes.count)
                bytes.append(UInt8(ascii: "'"))
                index += Self.typographic.count
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        guard !replaced.isEmpty else { return nil }
        (self.bytes, self.replaced) = (bytes, replaced)
    }

    /// The place in the original text of a place in `bytes`.
    func original(_ place: Int) -> Int {
        place + replaced.prefix { $0 < place }.count * (Self.typographic.count - 1)
    }
}

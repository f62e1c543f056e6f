/// The pictures that are taken, told by their first bytes: what a caller says of them is not believed.
public enum ImageType: String, CaseIterable, Sendable {
    case jpg, png, gif, webp

    /// Enough of a file to tell.
    static let headBytes = 12

    public init?(_ head: [UInt8]) {
        func begins(_ text: StaticString, at start: Int = 0) -> Bool {
            head.count >= start + text.utf8CodeUnitCount
                && UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
                    .elementsEqual(head[start..<start + text.utf8CodeUnitCount])
        }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpg
        } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if begins("GIF87a") || begins("GIF89a") {
            self = .gif
        } else if begins("RIFF"), begins("WEBP", at: 8) {
            self = .webp
        } else {
            return nil
        }
    }

    /// As `Content-Type` has it.
    public var mediaType: String { self == .jpg ? "image/jpeg" : "image/\(rawValue)" }
}

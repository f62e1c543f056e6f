/// The types of pictures that are accepted. They are recognised by their first bytes, not by what the caller declares.
public enum ImageType: String, CaseIterable, Sendable {
    case jpg, png, gif, webp

    /// The number of bytes at the beginning of a file that identify its type.
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

    /// The value of `Content-Type`.
    public var mediaType: String { self == .jpg ? "image/jpeg" : "image/\(rawValue)" }
}

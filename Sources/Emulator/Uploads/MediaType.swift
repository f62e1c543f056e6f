/// The types of pictures and videos that are kept. The first bytes of a file decide its type; what the caller says
/// counts only where they show none.
public enum MediaType: String, CaseIterable, Sendable {
    case jpg, png, gif, webp, heic, mp4, mov, webm

    /// The number of bytes at the beginning of a file that identify its type.
    static let headBytes = 12

    public init?(head: [UInt8]) {
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
        } else if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .webm
        } else if begins("ftyp", at: 4) {
            // ISO 14496-12: the brand follows.
            let heic = ["heic", "heix", "heim", "heis", "mif1", "msf1"] as [StaticString]
            self = heic.contains { begins($0, at: 8) } ? .heic : begins("qt  ", at: 8) ? .mov : .mp4
        } else {
            return nil
        }
    }

    /// The type that a caller names, by a value of `Content-Type`: parameters and case do not matter.
    public init?(mediaType: String) {
        let name = mediaType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard let type = MediaType.allCases.first(where: { $0.mediaType == name }) else { return nil }
        self = type
    }

    /// The type that the ending of a file's name tells.
    public init?(fileName: String) {
        guard let ending = fileName.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last else {
            return nil
        }
        let name = ending.lowercased()
        self.init(rawValue: name == "jpeg" ? "jpg" : name)
    }

    public var isVideo: Bool { [.mp4, .mov, .webm].contains(self) }

    /// Whether it is a picture that the web knows: JPEG, PNG, GIF or WebP.
    public var isWebPicture: Bool { [.jpg, .png, .gif, .webp].contains(self) }

    /// The value of `Content-Type`.
    public var mediaType: String {
        switch self {
        case .jpg: "image/jpeg"
        case .mov: "video/quicktime"
        case .mp4, .webm: "video/\(rawValue)"
        case .png, .gif, .webp, .heic: "image/\(rawValue)"
        }
    }
}

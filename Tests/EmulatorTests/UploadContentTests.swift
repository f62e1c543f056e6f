import Crypto
import HTTP
import Testing

@testable import Emulator

@Suite("The content of an upload")
struct UploadContentTests {
    static func pieces(_ content: UploadContent) throws(Failure) -> [UInt8] {
        var all: [UInt8] = []
        try content.forEachPiece { (piece) throws(Failure) in all += piece }
        return all
    }

    static func base64(_ text: String) -> UploadContent {
        UploadContent(
            base64: .bytes(Array("<\(text)>".utf8)), 1..<1 + text.utf8.count, isEscaped: text.contains("\\"),
            member: "data_b64")
    }

    @Test("Base64 in a body of many pieces is decoded as it was encoded")
    func manyPieces() throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 3) }
        let content = Self.base64(Base64.encode(bytes))
        #expect(try Self.pieces(content) == bytes)
        #expect(try content.count() == bytes.count)
        #expect(try content.head() == Array(bytes.prefix(12)))
    }

    @Test("a head is found where each character is an escape, and in a short content")
    func heads() throws {
        let escaped = Base64.encode([UInt8](repeating: 0xFF, count: 12)).utf8.map { _ in #"\u002f"# }.joined()
        #expect(try Self.base64(escaped).head() == [UInt8](repeating: 0xFF, count: 12))
        #expect(try Self.base64("YWI=").head() == Array("ab".utf8))
        #expect(try UploadContent(.bytes([1, 2, 3, 4]), 1..<3).head() == [2, 3])
    }

    @Test(
        "what is no Base64 is refused, and the error names the member", arguments: ["Zg", "Z*==", "Zg==\\n", "data:,"])
    func noBase64(_ text: String) {
        let failure = #expect(throws: Failure.self) { _ = try Self.pieces(Self.base64(text)) }
        #expect(failure?.status == .badRequest && failure?.message.hasPrefix("data_b64 ") == true)
    }
}

@Suite("Types of media")
struct MediaTypeTests {
    static let heads: [([UInt8], MediaType?)] = [
        ([0xFF, 0xD8, 0xFF, 0xE0], .jpg), ([0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A], .png),
        (Array("GIF89a".utf8), .gif), (Array("RIFF0000WEBP".utf8), .webp), ([0x1A, 0x45, 0xDF, 0xA3], .webm),
        ([0, 0, 0, 24] + Array("ftypisom".utf8), .mp4), ([0, 0, 0, 24] + Array("ftypheic".utf8), .heic),
        ([0, 0, 0, 20] + Array("ftypqt  ".utf8), .mov), (Array("RIFF0000WAVE".utf8), nil), ([0xFF, 0xD8], nil),
        ([], nil),
    ]

    @Test("a type is told by the first bytes", arguments: heads)
    func head(_ head: [UInt8], _ type: MediaType?) { #expect(MediaType(head: head) == type) }

    static let labels: [(String, MediaType?)] = [
        ("image/jpeg", .jpg), ("Image/PNG; q=1", .png), ("video/quicktime", .mov), ("video/mp4", .mp4),
        ("image/heic", .heic), ("text/html", nil), ("", nil),
    ]

    @Test("a type is told by the sender's label", arguments: labels)
    func label(_ label: String, _ type: MediaType?) { #expect(MediaType(mediaType: label) == type) }

    static let names: [(String, MediaType?)] = [
        ("a.jpg", .jpg), ("a.b.JPEG", .jpg), ("clip.webm", .webm), ("jpg", nil), ("a.html", nil), ("a.", nil),
        ("", nil),
    ]

    @Test("a type is told by the ending of a file's name", arguments: names)
    func name(_ name: String, _ type: MediaType?) { #expect(MediaType(fileName: name) == type) }
}

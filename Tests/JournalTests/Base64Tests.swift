import Crypto
import Testing

@Suite("Base64")
struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("Base64 encodes and decodes as in RFC 4648", arguments: vectors)
    func vector(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(
        "a text with wrong padding or a wrong character is not decoded",
        arguments: ["Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "====", "Zm9*", "=Zg="])
    func refused(_ text: String) { #expect(Base64.decode(text) == nil) }

    @Test("a text that comes in pieces is decoded as a whole one is", arguments: 1...9)
    func pieces(_ size: Int) {
        let bytes = (0..<100).map { UInt8($0 * 37 & 255) }
        let text = Array(Base64.encode(bytes).utf8)
        var (decoder, decoded) = (Base64.Decoder(), [UInt8]())
        for start in stride(from: 0, to: text.count, by: size) {
            #expect(!(start % 4 != 0 && decoder.isComplete))
            decoded += decoder.append(Array(text[start..<min(start + size, text.count)])) ?? []
        }
        #expect(decoded == bytes && decoder.isComplete)
    }
}

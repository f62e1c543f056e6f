import Crypto
import Testing

@Suite("Base64")
struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("it is that of the standard, both ways", arguments: vectors)
    func vector(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test("what nobody writes is not read", arguments: ["Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "====", "Zm9*", "=Zg="])
    func refused(_ text: String) { #expect(Base64.decode(text) == nil) }
}

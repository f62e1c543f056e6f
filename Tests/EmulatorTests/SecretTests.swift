import Emulator
import Testing

@Suite("What may be shown of keys")
struct SecretTests {
    @Test(
        "test keys and channels are names",
        arguments: [
            "pk_test_a", "ft_sk_test_cart", "pk_test_live_x", "pk_test_", "web",
            "web 6f1c0c8a-4a0e-4b53-9d5c-2f7f4c9d1e10",
        ])
    func names(_ caller: String) { #expect(Secret.shown(caller) == caller) }

    @Test(
        "of any other key the kind and eight digits of its SHA-256 are shown",
        arguments: [
            ("pk_live_demo", "pk_live_"), ("pk_live_test_x", "pk_live_"), ("ft_sk_studio", "ft_sk_"), ("hunter2", ""),
            ("my_test_key", ""), ("", ""), ("pk_", "pk_"), ("pk_live_", "pk_live_"),
        ])
    func secrets(_ key: String, _ prefix: String) {
        let shown = Secret.shown(key)
        #expect(shown.hasPrefix("\(prefix)…"))
        #expect(shown.count == prefix.count + 9)
        #expect(shown.suffix(8).allSatisfy { $0.isHexDigit })
        #expect(shown != Secret.shown(key + "x"))
    }

    @Test("to the character")
    func exactly() { #expect(Secret.shown("pk_live_demo") == "pk_live_…d98076c9") }
}

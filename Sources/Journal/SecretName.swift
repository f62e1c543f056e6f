import Exact

/// Tells by a name whether its value is a secret: `llm_api_key`, `apiKey`, `X-Auth-Token`, and `accesstoken`, as the name of a
/// head field is read without its capitals.
enum SecretName {
    /// The name of a secret ends with one of these, without capitals and signs between its words. A `key` alone is the name
    /// of a thing too: `machine_key`.
    private static let ends = [
        "accesskey", "apikey", "authkey", "authorization", "bearer", "cookie", "credential", "credentials",
        "encryptionkey",
        "jwt", "licensekey", "llmkey", "masterkey", "passphrase", "passwd", "password", "privatekey", "pwd", "secret",
        "secretkey", "servicekey", "signingkey", "subscriptionkey", "token",
    ]

    static func isSecret(_ name: String) -> Bool {
        let letters = name.utf8.lazy.filter(\.isASCIILetterOrDigit).map { $0 | ($0 & 0x40) >> 1 }
        let plain = String(decoding: Array(letters.suffix(64)), as: UTF8.self)
        return ends.contains { plain.ends(with: $0) }
    }
}

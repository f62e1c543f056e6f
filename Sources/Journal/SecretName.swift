import Exact

/// Tells by a name whether its value is a secret: `llm_api_key`, `apiKey`, `X-Auth-Token`.
enum SecretName {
    /// A name that ends with one of these words is that of a secret.
    private static let last: Set<ExactText> = [
        "apikey", "authorization", "bearer", "cookie", "credential", "credentials", "jwt", "passphrase", "passwd",
        "password", "pwd", "secret", "token",
    ]
    /// A name that ends with one of these words and `key` is that of a secret. Other keys are names of things:
    /// `machine_key`.
    private static let beforeKey: Set<ExactText> = [
        "access", "api", "auth", "encryption", "llm", "private", "secret", "signing", "subscription",
    ]

    static func isSecret(_ name: String) -> Bool {
        let words = words(of: name)
        guard let word = words.last else { return false }
        if last.contains(word) { return true }
        return word === "key" && words.count > 1 && beforeKey.contains(words[words.count - 2])
    }

    /// The words of a name in lower case: `openaiApiKey` and `openai-api_key` have `openai`, `api`, `key`, and `APIKey` has
    /// `api`, `key`.
    private static func words(of name: String) -> [String] {
        let bytes = Array(name.utf8.prefix(200))
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for (place, byte) in bytes.enumerated() {
            guard byte.isASCIILetterOrDigit else {
                end()
                continue
            }
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            let beginsWord = isLarge(byte) && (place > 0 && !isLarge(bytes[place - 1]) || isSmall(next))
            if beginsWord { end() }
            word.append(isLarge(byte) ? byte | 0x20 : byte)
        }
        end()
        return words
    }

    private static func isLarge(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }

    private static func isSmall(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
}

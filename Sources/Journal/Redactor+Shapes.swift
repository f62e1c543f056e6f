import Exact

/// Finds secrets by what they look like, wherever they are in a text: keys of this server's APIs, keys of services that a
/// game calls too, and JSON Web Tokens.
extension Redactor {
    /// A kind of secret.
    struct Shape {
        let prefix: [UInt8]
        /// The least length, in bytes.
        let least: Int
        var most = 4096
        /// How many points it has at least.
        var points = 0
        /// Whether it has a digit, so that words such as "sk-something-like-this" are none.
        var hasDigit = false

        init(_ prefix: String, least: Int) {
            self.prefix = Array(prefix.utf8)
            self.least = least
        }

        func matches(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
            token.count >= least && token.count <= most && token.starts(with: prefix)
                && (points == 0 || token.count { $0 == UInt8(ascii: ".") } >= points)
                && (!hasDigit || token.contains { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        }
    }

    /// Keys of services that are in wide use, by their documented prefixes.
    static let foreignShapes: [Shape] = {
        var shapes = [
            "sk_live_", "rk_live_", "ghp_", "gho_", "ghu_", "ghs_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxp-",
            "xoxr-", "xoxs-", "xapp-", "hf_", "AIza", "gsk_", "xai-", "pplx-", "r8_", "nvapi-", "tvly-", "lsv2_",
            "npm_",
            "pypi-", "ya29.", "SG.", "GOCSPX-", "dop_v1_", "hvs.", "shpat_", "whsec_", "sk_test_", "rk_test_",
        ].map { Shape($0, least: 20) }
        for prefix in ["AKIA", "ASIA"] {
            var shape = Shape(prefix, least: 20)
            shape.most = 20
            shapes.append(shape)
        }
        var modelKey = Shape("sk-", least: 20)
        modelKey.hasDigit = true
        // The Base64 of `{"` begins every JSON Web Token (RFC 7519 §3).
        var webToken = Shape("eyJ", least: 20)
        webToken.points = 2
        return shapes + [modelKey, webToken]
    }()

    /// A text without the secrets that can be told by their shape.
    public func text(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return hasShape(bytes[...]) ? String(decoding: withoutShapes(bytes), as: UTF8.self) : text
    }

    /// The same for bytes.
    func withoutShapes(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var copied = 0
        while let secret = secret(in: bytes[...], from: copied) {
            out += bytes[copied..<secret.lowerBound]
            out += shown(String(decoding: bytes[secret], as: UTF8.self)).utf8
            copied = secret.upperBound
        }
        return copied == 0 ? bytes : out + bytes[copied...]
    }

    /// Whether the bytes have a secret that can be told by its shape.
    func hasShape(_ bytes: ArraySlice<UInt8>) -> Bool { secret(in: bytes, from: 0) != nil }

    /// The first secret after so many bytes, which do not end within a token.
    private func secret(in bytes: ArraySlice<UInt8>, from start: Int) -> Range<Int>? {
        bytes.withUnsafeBufferPointer { bytes in
            var start = start
            // A secret has `leastShape` bytes of a token at least. The last of them tells most often that there is none.
            while start + leastShape <= bytes.count {
                var end = start + leastShape
                if let other = bytes[start..<end].lastIndex(where: { !Redactor.isTokenByte($0) }) {
                    start = other + 1
                    continue
                }
                while end < bytes.count, Redactor.isTokenByte(bytes[end]) { end += 1 }
                if let first = secretStart(in: bytes, start..<end) { return first..<end }
                start = end
            }
            return nil
        }
    }

    /// Where a secret begins in a run of letters, digits and `_-.`: at its start, or behind an escape that ends in it
    /// (`%0A`, `\n`, `\u00e9`), or behind signs.
    private func secretStart(in bytes: UnsafeBufferPointer<UInt8>, _ run: Range<Int>) -> Int? {
        var start = run.lowerBound
        let before = start > 0 ? bytes[start - 1] : 0
        if before == UInt8(ascii: "%") { start += 2 }
        if isSecret(bytes, start, run.upperBound) { return start }
        if before == UInt8(ascii: "\\") {
            start += bytes[start] == UInt8(ascii: "u") ? 5 : 1
            if isSecret(bytes, start, run.upperBound) { return start }
        }
        let first = start
        while start < run.upperBound, "_-.".utf8.contains(bytes[start]) { start += 1 }
        return start > first && isSecret(bytes, start, run.upperBound) ? start : nil
    }

    private func isSecret(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard start < end, startsShape[Int(bytes[start])] else { return false }
        let token = bytes[start..<end]
        return shapes.contains { $0.matches(token) }
    }

    /// Whether a value under the name `key`, which is also the name of harmless things, looks random: 24 bytes or more of
    /// hexadecimal digits, or of digits and letters in both cases. Ids in the form of a UUID are not secrets.
    static func looksRandom(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        guard bytes.count >= 24, bytes.allSatisfy(isTokenByte) else { return false }
        var (digits, small, large, beyondHex) = (false, false, false, false)
        for byte in bytes {
            switch Unicode.Scalar(byte) {
            case "0"..."9": digits = true
            case "a"..."f": small = true
            case "A"..."F": large = true
            case "g"..."z": (small, beyondHex) = (true, true)
            case "G"..."Z": (large, beyondHex) = (true, true)
            default: beyondHex = true
            }
        }
        let isHex = !beyondHex && digits && (small || large)
        return isHex || digits && small && large
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
        default: false
        }
    }
}

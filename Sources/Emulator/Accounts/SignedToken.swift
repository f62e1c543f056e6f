import Crypto
import Dialogue
import JSON

/// A JSON Web Token signed with HS256 (RFC 7519, RFC 7515), as the real service's web users send it.
struct SignedToken {
    /// Why a token is refused, for the caller's error.
    struct Refusal: Error, Equatable {
        let message: String
    }

    let claims: JSONValue

    /// Only HS256 is accepted: a token that names another algorithm, including `none`, is refused whatever its
    /// signature.
    init(_ text: String, secret: String, at now: Timestamp) throws(Refusal) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Refusal(message: "it is no known token and no JWT") }
        guard let header = SignedToken.object(parts[0]), let claims = SignedToken.object(parts[1]),
            let signature = SignedToken.bytes(parts[2])
        else { throw Refusal(message: "the JWT cannot be read") }
        guard header["alg"]?.string == "HS256" else { throw Refusal(message: "the JWT is not signed with HS256") }
        guard header["crit"] == nil else { throw Refusal(message: "the JWT has critical header members") }
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        guard Digest.areEqual(signature, Digest.hmacSHA256(signed, key: Array(secret.utf8))) else {
            throw Refusal(message: "the JWT's signature is wrong")
        }
        let second = Double(now.seconds)
        if let end = claims["exp"] {
            guard let end = end.number, second < end else { throw Refusal(message: "the JWT has expired") }
        }
        if let start = claims["nbf"] {
            guard let start = start.number, second >= start else { throw Refusal(message: "the JWT is not valid yet") }
        }
        self.claims = claims
    }

    private static func object(_ part: Substring) -> JSONValue? {
        guard let bytes = bytes(part), let value = try? JSONReader.read(bytes), case .object = value.kind else {
            return nil
        }
        return value
    }

    /// Base64 with the alphabet for URLs and without padding (RFC 4648 §5, RFC 7515 §2).
    private static func bytes(_ part: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for character in part.utf8 {
            guard let value = base64Value(character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        // The bits left over must be zero padding.
        return count < 6 && bits & (1 << count - 1) == 0 ? bytes : nil
    }

    private static func base64Value(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

extension JSONValue {
    fileprivate var number: Double? {
        switch kind {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}

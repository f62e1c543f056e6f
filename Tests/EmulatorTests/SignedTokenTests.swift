import Crypto
import Dialogue
import JSON
import Support
import Testing

@testable import Emulator

/// Makes tokens, right and wrong ones.
enum Forge {
    static func token(
        _ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#, secret: String = "a secret"
    ) -> String {
        let signed = "\(base64(Array(header.utf8))).\(base64(Array(claims.utf8)))"
        return "\(signed).\(base64(Digest.hmacSHA256(Array(signed.utf8), key: Array(secret.utf8))))"
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let bits = bytes.flatMap { byte in (0..<8).map { Int(byte >> (7 - $0)) & 1 } }
        return String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[(0..<6).reduce(0) { $0 << 1 | (start + $1 < bits.count ? bits[start + $1] : 0) }]
            })
    }
}

@Suite("Signed tokens (RFC 7515, RFC 7519)")
struct SignedTokenTests {
    private static let now = Timestamp(seconds: 1_000_000)
    private static let sub = #""sub":"00000000-0000-4000-8000-0000000000aa""#

    private func refusal(_ token: String) -> String? {
        do {
            _ = try SignedToken(token, secret: "a secret", at: Self.now)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("the example of RFC 7515 A.1 is accepted before it expires")
    func example() throws {
        // The key is of bytes that are no text, so the same claims are signed anew here; the parts are the RFC's.
        let header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let signature = Forge.base64(Digest.hmacSHA256(Array("\(header).\(claims)".utf8), key: Array("a secret".utf8)))
        let token = try SignedToken("\(header).\(claims).\(signature)", secret: "a secret", at: Self.now)
        #expect(token.claims["iss"]?.string == "joe")
    }

    @Test("HMAC-SHA-256 gives the digest of RFC 4231, test case 2")
    func hmac() {
        let digest = Digest.hmacSHA256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(digest.prefix(4) == [0x5b, 0xdc, 0xc1, 0x46])
        #expect(digest.suffix(4) == [0x64, 0xec, 0x38, 0x43])
    }

    static let timely = [
        "{\(sub)}", "{\(sub),\"exp\":1000001}", "{\(sub),\"exp\":1000000.5}", "{\(sub),\"nbf\":1000000}",
        "{\(sub),\"nbf\":999999.5,\"exp\":1e9}",
    ]

    @Test("a token that is signed and valid now is accepted", arguments: timely)
    func taken(_ claims: String) {
        #expect(refusal(Forge.token(claims)) == nil)
    }

    static let wrong: [(String, String)] = [
        ("", "it is no known token and no JWT"), ("a.b", "it is no known token and no JWT"),
        ("a.b.c.d", "it is no known token and no JWT"), ("!.!.!", "the JWT cannot be read"),
        ("e30.e30.e30=", "the JWT cannot be read"), ("e30.W10.e30", "the JWT cannot be read"),
        ("e30.e30.a", "the JWT cannot be read"), ("e30.e31.e30", "the JWT cannot be read"),
        (Forge.token("{\(sub)}", secret: "another"), "the JWT's signature is wrong"),
        (Forge.token("{\(sub)}").dropLast(44) + ".", "the JWT's signature is wrong"),
        (Forge.token("{\(sub)}", header: #"{"alg":"none"}"#), "the JWT is not signed with HS256"),
        (Forge.token("{\(sub)}", header: #"{"alg":"hs256"}"#), "the JWT is not signed with HS256"),
        (Forge.token("{\(sub)}", header: #"{"alg":"HS512"}"#), "the JWT is not signed with HS256"),
        (Forge.token("{\(sub)}", header: #"{"alg":"RS256"}"#), "the JWT is not signed with HS256"),
        (Forge.token("{\(sub)}", header: "{}"), "the JWT is not signed with HS256"),
        (
            Forge.token("{\(sub)}", header: #"{"alg":"HS256","crit":["exp"]}"#),
            "the JWT has critical header members"
        ),
        (Forge.token("{\(sub),\"exp\":1000000}"), "the JWT has expired"),
        (Forge.token("{\(sub),\"exp\":\"1000001\"}"), "the JWT has expired"),
        (Forge.token("{\(sub),\"nbf\":1000001}"), "the JWT is not valid yet"),
    ]

    @Test("any other token is refused, with the reason", arguments: wrong)
    func refused(_ token: String, _ reason: String) {
        #expect(refusal(token) == reason)
    }

    @Test("a token with any one character changed is refused")
    func tampered() {
        let token = Array(Forge.token("{\(Self.sub)}"))
        for place in token.indices where token[place] != "." {
            var changed = token
            changed[place] = changed[place] == "A" ? "B" : "A"
            #expect(refusal(String(changed)) != nil, "at \(place)")
        }
    }
}

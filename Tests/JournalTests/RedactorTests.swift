import HTTP
import Support
import Testing

@testable import Journal

@Suite("Secrets in a journal")
struct RedactorTests {
    private let redactor: Redactor = {
        var secrets = Secrets()
        secrets.names = ["x-key", "x-model-*key"]
        secrets.keyPrefixes = ["pk_live_"]
        secrets.openPrefixes = ["pk_test_"]
        secrets.channels = ["door"]
        secrets.words = ["expired"]
        return Redactor([secrets])
    }()

    static let secrets: [(String, String)] = [
        ("pk_live_0123456789", "pk_live_…09e0f8c7"), ("sk-something-long", "sk-…9c1af2ad"), ("short", "…f9b0078b"),
        ("pk_test_cart", "pk_test_cart"), ("pk_test_a b c", "pk_…"), ("", ""),
        ("sk-has-long-expired", "sk-…-expired"), ("pk_live_…09e0f8c7", "pk_live_…09e0f8c7"),
    ]

    @Test(
        "a secret is shown as its known beginning and a digest, a test key as it is", arguments: secrets
    )
    func shown(_ secret: String, _ wanted: String) {
        let shown = redactor.shown(secret)
        let parts = wanted.split(separator: "…", omittingEmptySubsequences: false)
        if parts.count == 2 {
            #expect(shown.hasPrefix(parts[0] + "…"))
            #expect(shown.hasSuffix(wanted.hasSuffix("-expired") ? "-expired" : ""))
            #expect(!shown.contains(secret) || shown == secret)
        } else {
            #expect(shown == wanted)
        }
        #expect(redactor.shown(shown) == shown)
    }

    static let callers = [
        ("door", "door"), ("door of-a-user", "door of-a-user"), ("pk_test_cart", "pk_test_cart"),
        ("pk_live_0123456789", "pk_live_…886361e7"), ("short", "…f9b0078b"),
    ]

    @Test("a caller that is a key is hidden, a channel is not", arguments: callers)
    func caller(_ caller: String, _ shown: String) { #expect(redactor.shown(caller: caller) == shown) }

    static let fields: [(String, String, Bool)] = [
        ("authorization", "Bearer hush-hush-hush", true), ("authorization", "hush-hush-hush", true),
        ("cookie", "a=hush-hush-hush", true), ("set-cookie", "a=hush-hush-hush", true),
        ("x-key", "hush-hush-hush", true),
        ("x-model-eval-key", "hush-hush-hush", true), ("x-model-key", "hush-hush-hush", true),
        ("x-model", "hush-hush-hush", false), ("user-agent", "hush-hush-hush", false),
    ]

    @Test("the values of listed fields are hidden, except the scheme before them", arguments: fields)
    func field(_ name: String, _ value: String, _ isHidden: Bool) {
        let shown = redactor.field(name, value)
        #expect(shown.contains("hush-hush-hush") != isHidden)
        #expect(shown.hasPrefix("Bearer ") == value.hasPrefix("Bearer "))
    }

    static let hidden: [(String, String)] = [
        (#"{"token":"hush-hush-hush"}"#, "application/json"),
        (#"{"TOKEN" : "hush-hush-hush","a":1}"#, "application/json"),
        (#"{"a":[{"api_key":"hush-hush-hush"}]}"#, "application/json; charset=utf-8"),
        (#"{"to\u006ben":"hush-hush-hush"}"#, "application/json"),
        (#"{"token":"\u0068ush-hush-hush"}"#, "application/json"),
        (#"{"key":"pk_live_hush-hush-hush"}"#, "application/json"), (#"{"password":"hush-hush-hush""#, "text/plain"),
        ("data: {\"access_token\":\"hush-hush-hush\"}\n\n", "text/event-stream"),
        ("a=1&token=hush-hush-hush&b=2", "application/x-www-form-urlencoded"),
        ("a=1&t%6Fken=hush%2Dhush-hush", "application/x-www-form-urlencoded"),
        (
            "--x\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\nhush-hush-hush\r\n--x--\r\n",
            "multipart/form-data; boundary=x"
        ),
    ]

    @Test("values of listed names are hidden in every kind of body, malformed ones too", arguments: hidden)
    func hiding(_ body: String, _ type: String) {
        let shown = String(decoding: redactor.body(Array(body.utf8), type: type), as: UTF8.self)
        #expect(!shown.contains("ush-hush") && !shown.contains("hush%2D"), "\(shown)")
        #expect(shown.contains("…"))
    }

    static let untouched: [(String, String)] = [
        (#"{ "message" : "my token: hush", "key": "town", "token": null, "tokens": "x" }"#, "application/json"),
        (#"{"token":{"a":"b"},"secret":["c"]}"#, "application/json"),
        (#"["token","hush-hush-hush"]"#, "application/json"),
        (#"{"token":"pk_test_cart"}"#, "application/json"), (#"{"token":"#, "application/json"), ("\"", ""), ("", ""),
        (#"{"a\"#, "application/json"), ("token", "application/x-www-form-urlencoded"),
        ("a=%GG&b&&=c&token=", "application/x-www-form-urlencoded"),
        ("--x\r\nno part", "multipart/form-data; boundary=x"),
        ("\u{1}\u{2}\"token\":", "image/png"),
    ]

    @Test("a body without secrets stays as it is, to the byte", arguments: untouched)
    func keeping(_ body: String, _ type: String) {
        #expect(String(decoding: redactor.body(Array(body.utf8), type: type), as: UTF8.self) == body)
    }

    @Test("random bodies are redacted without a crash")
    func arbitrary() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("\"\\:{}token, \r\n-=&%1x".utf8)
        for _ in 0..<3000 {
            let count = Int.random(in: 0..<60, using: &generator)
            let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            for type in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"] {
                _ = redactor.body(bytes, type: type)
            }
        }
    }

    @Test("a scalar that joins a delimiter does not reveal the secret")
    func joiners() {
        let redactor = Redactor([])
        for joiner in ["\u{301}", "\u{200D}", "\u{FE0F}"] {
            for body in [
                "a=1&\(joiner)b=2&token=hush-hush-hush", "a=1&token=\(joiner)hush-hush-hush",
                "token=hush-hush-hush&\(joiner)a=1",
            ] {
                let shown = redactor.body(Array(body.utf8), type: "application/x-www-form-urlencoded")
                #expect(!String(decoding: shown, as: UTF8.self).utf8.contains("hush"), "\(body)")
            }
            let part =
                "--x\r\nContent-Disposition: form-data; name=\"token\"\(joiner); a=\"b\"\r\n\r\nhush-hush-hush\r\n--x--\r\n"
            let shown = redactor.body(Array(part.utf8), type: "multipart/form-data; boundary=x")
            #expect(!String(decoding: shown, as: UTF8.self).utf8.contains("hush"))
            #expect(!redactor.field("authorization", "Bearer \(joiner)hush-hush-hush").utf8.contains("hush"))
        }
    }
}

extension String.UTF8View {
    fileprivate func contains(_ text: String) -> Bool { firstRange(of: text.utf8) != nil }
}

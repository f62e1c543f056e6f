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
        ("x-openai-key", "hush-hush-hush", false), ("x-auth-token", "hush-hush-hush", true),
        ("api-key", "hush-hush-hush", true), ("private-token", "hush-hush-hush", true),
        ("x-amz-security-token", "hush-hush-hush", true), ("x-goog-api-key", "hush-hush-hush", true),
        ("referer", "http://a.test/?api_key=hush-hush-hush", false),
    ]

    @Test("the values of listed fields are hidden, except the scheme before them", arguments: fields)
    func field(_ name: String, _ value: String, _ isHidden: Bool) {
        let shown = redactor.field(name, value)
        #expect(shown.contains("hush-hush-hush") != isHidden)
        #expect(shown.hasPrefix("Bearer ") == value.hasPrefix("Bearer "))
    }

    /// Names of secrets, and names like them.
    static let names: [(String, Bool)] = [
        ("llm_api_key", true), ("apiKey", true), ("APIKey", true), ("apikey", true), ("API_KEY", true),
        ("openaiApiKey", true), ("openai-api-key", true), ("bearer", true), ("jwt", true), ("client_secret", true),
        ("clientSecret", true), ("privateKey", true), ("access-key", true), ("authToken", true), ("id_token", true),
        ("db.password", true), ("passWord", true), ("PassWord", true), ("accesstoken", true), ("openaiapikey", true),
        ("clientsecret", true), ("X-AccessToken", true), ("masterKey", true), ("proxy-authorization", true),
        ("set-cookie", true),
        ("key", false), ("state_key", false), ("machine_key", false), ("machineKey", false), ("max_tokens", false),
        ("tokens_per_second", false), ("first_token_ms", false), ("pass_threshold", false), ("secretary", false),
        ("api_key_id", false), ("tokenize", false), ("monkey", false), ("", false), ("_", false),
    ]

    @Test("a name is that of a secret by its last words, in any way to write it", arguments: names)
    func name(_ name: String, _ isSecret: Bool) {
        #expect((Redactor([]).meaning(of: name) == .secret) == isSecret)
        let body = "{\"\(name)\":\"hush-hush-hush\"}"
        let shown = String(decoding: Redactor([]).body(Array(body.utf8), type: "application/json"), as: UTF8.self)
        #expect(shown.contains("hush") != isSecret)
    }

    @Test("names are told apart by their bytes, also after many others")
    func namesAgain() {
        let redactor = Redactor([])
        for _ in 0..<2 {
            // Two ways to write one letter. Letters that are not of ASCII count for nothing.
            #expect(redactor.meaning(of: "token\u{E9}") == .secret)
            #expect(redactor.meaning(of: "tokene\u{301}") == .harmless)
            for (name, isSecret) in RedactorTests.names {
                #expect((redactor.meaning(of: name) == .secret) == isSecret, "\(name)")
            }
            for number in 0..<1_500 { #expect(redactor.meaning(of: "name_\(number)") == .harmless) }
        }
    }

    @Test(
        "a secret in JSON that was cut off is hidden to its end",
        arguments: [#""hush-hush"#, #""hush-\"hush"#, #""hush\"#, #""hush\""#, "\"hush\\u00", "12345678"])
    func cutOff(_ value: String) {
        let body = #"{"a": [1, "b"], "api_key": "#
        let shown = String(decoding: redactor.body(Array((body + value).utf8), type: "application/json"), as: UTF8.self)
        #expect(shown.hasPrefix(body))
        #expect(!shown.contains("hush") && !shown.contains("345"))
    }

    /// Secrets by their shape, and texts like them. No key of anybody: the letters are made up.
    static let shapes: [(String, Bool)] = [
        ("pk_live_0123456789abcdef", true), ("sk-proj-abcdefgh1234567890", true), ("sk_live_abcdefgh1234567890", true),
        ("ghp_abcdefghijklmnopqrst", true), ("github_pat_abcdefghijkl", true), ("glpat-abcdefghijklmnop", true),
        ("xoxb-1234567890-abcdef", true), ("AKIAABCDEFGHIJKLMNOP", true), ("gsk_abcdefghijklmnopqrst", true),
        ("npm_abcdefghijklmnopqrst", true), ("AIzaSyabcdefghijklmnopqrst", true),
        ("hf_abcdefghijklmnopqrst", true), ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln", true),
        ("pk_test_a-name-that-is-long-1234", false), ("sk-something-rather-long", false), ("sk-1", false),
        ("risk-1234567890-abcdefgh", false), ("AKIAABCDEFGHIJKLMNOPQ", false), ("eyJhbGciOiJub25lIn0-only", false),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", false), ("ghp_short", false), ("hf_", false), ("pk_live_demo", false),
    ]

    @Test("a secret of a known shape is hidden wherever it is, and the text around it stays", arguments: shapes)
    func shape(_ token: String, _ isHidden: Bool) {
        for text in [
            token, "see \(token)!", "/@\(token)/api", "{\"a\":\"\(token)\"}", "[\"\(token)\",1]", "a=1&b=\(token)&c=2",
            "q=%20\(token)%20", "http://a.test/?x=\(token)#y", #"{"a":"b:\n\#(token)"}"#, #"\ud83d\ude00\#(token)\n"#,
            #"\r\n\t-\#(token)"#, "_-\(token)!",
        ] {
            let shown = redactor.text(text)
            #expect(shown.contains(token) != isHidden, "\(text)")
            let parts = text.replacing(token, with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            #expect(shown.hasPrefix(parts[0]) && shown.hasSuffix(parts[1]), "\(shown)")
            #expect(redactor.text(shown) == shown)
        }
        #expect(redactor.field("user-agent", token).contains(token) != isHidden)
        for type in ["application/json", "text/event-stream", "application/x-www-form-urlencoded", "text/plain"] {
            let body = redactor.body(Array("data: {\"a\":\"\(token)\"}".utf8), type: type)
            #expect(String(decoding: body, as: UTF8.self).contains(token) != isHidden)
        }
        let picture = Array("\(token)".utf8)
        #expect(redactor.body(picture, type: "image/png") == picture)
    }

    static let keys: [(String, Bool)] = [
        ("9f8e7d6c5b4a39281706f5e4d3c2b1a0", true), ("aB3dE5fG7hI9jK1lM3nO5pQ7", true), ("town", false),
        ("a_variable_with_a_long_name_2", false), ("0f8fad5b-d9cb-469f-a165-70867728950e", false),
        ("123456789012345678901234", false), ("pk_live_1", true),
    ]

    @Test("under the name key a value is hidden when it looks random or has the prefix of a key", arguments: keys)
    func key(_ value: String, _ isHidden: Bool) {
        #expect(redactor.query("key=\(value)").contains(value) != isHidden)
        #expect(redactor.hides(value, under: "key") == isHidden)
        #expect(redactor.field("key", value).contains(value) != isHidden)
        #expect(!redactor.hides(value, under: "machine_key"))
    }

    static let hidden: [(String, String)] = [
        (#"{"password":"hush-hush-hush"#, "application/json"),
        (#"{"password":"hush-hush-hush\u12"#, "application/json"),
        (#"{"password":"hush-hush-hush","a":"b=c&d"}"#, "application/x-www-form-urlencoded"),
        (#" [{"llm_api_key":"hush-hush-hush"}]"#, "application/x-www-form-urlencoded"),
        (
            "--x\r\nContent-Disposition: form-data; name=secret\r\n\r\nhush-hush-hush\r\n--x--\r\n",
            "multipart/form-data; boundary=x"
        ),
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

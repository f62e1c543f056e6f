import Emulator
import Fixtures
import FluidTalkAPI
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Keys, credits and mistakes (A.2, A.6, E)")
struct KeyTests {
    @Test(
        "an unknown key is a 401",
        arguments: [nil, "", "ft_sk_live_x", "ft_sk_test_", "ft_sk_test_a b", "pk_live_demo", "pk_test_a"] as [String?])
    func unauthorized(_ key: String?) throws {
        let bot = try Bot()
        for answer in [bot.chat("hi", key: key), bot.open(key: key), bot.post("upload", file: Bot.jpeg, key: key)] {
            #expect(answer.status == 401)
            #expect(answer.detail == "Invalid or missing API key")
        }
    }

    @Test("a key starts as many conversations as it has credits, and going on is free (A.7, E-2)")
    func credits() throws {
        let store = MemoryStore()
        let bot = try Bot(store: store)
        #expect(bot.chat("hi", "@a", key: "ft_sk_demo").status == 200)
        #expect(bot.event("wedding", "", "@b", key: "ft_sk_demo").status == 400)
        #expect(bot.open("@b", key: "ft_sk_demo").status == 200)
        for answer in [
            bot.chat("hi", "@c", key: "ft_sk_demo"), bot.open("@c", key: "ft_sk_demo"),
            bot.event("reaction", "", "@c", key: "ft_sk_demo"),
        ] {
            #expect(answer.status == 402)
            #expect(answer.detail == "insufficient_tokens")
        }
        #expect(bot.chat("and?", "@a", key: "ft_sk_demo").status == 200)
        #expect(bot.followUp("@c", key: "ft_sk_demo").status == 404)
        #expect(bot.chat("hi", "@c", key: "ft_sk_other").status == 200, "another key, without a number")
        #expect(try Bot(store: store).open("@d", key: "ft_sk_demo").status == 402, "a restart gives none back")
    }

    @Test(
        "a missing or wrong field is a 422 in FastAPI's form (E-18)",
        arguments: [
            ("chat", [:], [("missing", "target"), ("missing", "message")]),
            ("chat", ["target": "  ", "message": "hi"], [("missing", "target")]),
            ("chat", ["target": "a", "message": ""], [("missing", "message")]),
            ("action", ["target": "a"], [("missing", "action")]),
            ("action", ["target": "a", "action": "DANCE"], [("enum", "action")]),
            ("action", ["target": "a", "action": "outreach"], [("enum", "action")]),
            ("action", ["target": "a", "action": "ENTRY_POINT"], [("missing", "entry_type")]),
            ("upload", [:], [("missing", "file")]),
        ] as [(String, KeyValuePairs<String, String>, [(String, String)])])
    func invalid(_ verb: String, _ fields: KeyValuePairs<String, String>, _ faults: [(String, String)]) throws {
        let answer = try Bot().post(verb, fields)
        #expect(answer.status == 422)
        let found = answer["detail"]?.array ?? []
        #expect(found.map { $0["type"]?.string } == faults.map(\.0))
        #expect(found.map { $0["loc"]?.array?.last?.string } == faults.map(\.1))
        #expect(found.allSatisfy { $0.members?.map(\.key) == ["type", "loc", "msg", "input"] })
    }

    @Test("the 422 for a missing field is FastAPI's, to the byte")
    func missing() throws {
        #expect(
            try Bot().post("chat", ["message": "hi"]).text
                == #"{"detail":[{"type":"missing","loc":["body","target"],"msg":"Field required","input":null}]}"#)
    }

    @Test("a JSON body is a form without fields (E-29); a broken form is a 400")
    func bodies() throws {
        let bot = try Bot()
        let json = bot.send(
            .post, "/api/v1/bot/chat", type: "application/json", body: Array(#"{"target":"a","message":"b"}"#.utf8))
        #expect(json.status == 422)
        let broken = bot.send(
            .post, "/api/v1/bot/chat", type: "multipart/form-data; boundary=x", body: Array("nonsense".utf8))
        #expect(broken.status == 400)
        #expect(broken.detail != nil)
    }

    @Test(
        "an unknown path or method has this API's error shape, and is not redirected (E-28)",
        arguments: [("/api/v1/bot/chat/", 404), ("/api/v1/bot/nothing", 404), ("/api/v1/bot/media/x/y", 404)])
    func paths(_ path: String, _ status: Int) throws {
        let answer = try Bot().send(.get, path)
        #expect(answer.status == status)
        #expect(answer.detail == "Not Found")
        let method = try Bot().send(.get, "/api/v1/bot/chat")
        #expect((method.status, method.detail, method.fields[.allow]) == (405, "Method Not Allowed", "POST"))
    }

    @Test("there is no rate limit unless the account has one (F-2)")
    func limits() throws {
        let bot = try Bot()
        #expect((0..<100).allSatisfy { _ in bot.open().status == 200 })
        let limited = try Bot(#", "limits": {"messages_per_minute": 1}"#)
        #expect(limited.open(key: "ft_sk_demo").status == 200)
        let refused = limited.open(key: "ft_sk_demo")
        #expect(refused.status == 429)
        #expect(refused.detail == "Rate limit exceeded. Try again in 60 s")
        #expect(refused.fields[.retryAfter] == "60")
    }

    @Test("limits that are set for the sandbox hold, and the report has the requests before them")
    func setLimits() throws {
        let bot = try Bot()
        for _ in 0..<40 { _ = bot.open() }
        let sandbox = try bot.emulator.account(named: "ft_sk_test_a").sandbox
        let report = bot.emulator.rateReport(of: sandbox, rerunWith: RateLimits())
        #expect(report.keys.map(\.messages.count.admitted) == [40])
        #expect(report.rerun?.keys.map(\.messages.refused) == [10])
        bot.emulator.set(RateLimits(messagesPerMinute: 1), in: sandbox)
        #expect([bot.open().status, bot.open().status] == [200, 429])
        bot.emulator.set(nil, in: sandbox)
        #expect([bot.open().status, bot.open().status] == [200, 200])
    }

    @Test("a call that is not stored is a 503, and changes nothing")
    func unsaved() throws {
        let store = FailingStore(MemoryStore())
        let bot = try Bot(store: store)
        _ = bot.chat("hi", "@other", key: "ft_sk_demo")
        var call = 1
        while true {
            store.fail(in: call)
            let answer = bot.chat("hi", key: "ft_sk_demo")
            guard store.hasFailed else {
                #expect(answer.replies == ["hey!", "saw my post?"], "its first turn, and its credit not yet spent")
                break
            }
            #expect(answer.status == 503)
            #expect(answer.detail != nil)
            call += 1
        }
        #expect(call > 3)
    }
}

@Suite("Uploads (A.4, E-22, F-3)")
struct UploadTests {
    static let pictures: [(String, [UInt8], String)] = [
        ("jpg", Bot.jpeg, "image/jpeg"), ("png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 9], "image/png"),
        ("gif", Array("GIF89a..".utf8), "image/gif"), ("webp", Array("RIFF1234WEBPVP8 ".utf8), "image/webp"),
    ]

    @Test("a picture has a URL of its own, which returns it with its type and without a key", arguments: pictures)
    func kept(_ ending: String, _ bytes: [UInt8], _ type: String) throws {
        let bot = try Bot()
        let answer = bot.post("upload", file: bytes)
        #expect(answer.keys == ["url"])
        let url = try #require(answer["url"]?.string)
        #expect(url.hasPrefix("http://mock:8000/api/v1/bot/uploads/"))
        #expect(url.hasSuffix(".\(ending)"))
        let path = String(url.dropFirst("http://mock:8000".count))
        let picture = bot.send(.get, path, key: nil)
        #expect(picture.body == bytes)
        #expect(picture.fields[.contentType] == type)
        #expect(picture.fields[.contentTypeOptions] == "nosniff")
        #expect(bot.post("upload", file: bytes)["url"]?.string == url, "the same picture, the same URL")
        #expect(bot.post("upload", file: bytes, key: "ft_sk_test_b")["url"]?.string != url)
    }

    @Test(
        "a file name of the caller is no part of a path",
        arguments: ["../../evil.jpg", "/etc/passwd", "é.exe"])
    func names(_ filename: String) throws {
        let bot = try Bot()
        #expect(bot.post("upload", file: Bot.jpeg, filename: filename).status == 200)
        #expect(bot.uploaded.count == 1)
        #expect(bot.uploaded.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{64}\.jpg/) != nil })
    }

    @Test(
        "a path that this server has not made is a 404",
        arguments: [
            "..%2F..%2Fetc/passwd", "0123456789abcdef/..%2F..%2Faccounts.json", "x/y.jpg",
            "0123456789abcdef/0000000000000000000000000000000000000000000000000000000000000000.jpg",
        ])
    func traversal(_ path: String) throws {
        #expect(try Bot().send(.get, "/api/v1/bot/uploads/\(path)", key: nil).status == 404)
    }

    @Test(
        "an empty file and one that is no picture are a 400, and are not stored",
        arguments: [[], Array("<svg/>".utf8), [0xFF, 0xD8]])
    func refused(_ bytes: [UInt8]) throws {
        let bot = try Bot()
        let answer = bot.post("upload", file: bytes)
        #expect(answer.status == 400)
        #expect(answer.detail?.hasPrefix("The file is ") == true)
        #expect(bot.uploaded.isEmpty)
    }

    @Test("a picture of the largest size is stored, and one byte more is a 413")
    func size() throws {
        var options = FluidTalk.Options()
        options.uploadBytes = 1000
        let bot = try Bot(options: options)
        let filling = [UInt8](repeating: 7, count: 1000 - Bot.jpeg.count)
        #expect(bot.post("upload", file: Bot.jpeg + filling).status == 200)
        #expect(bot.post("upload", file: Bot.jpeg + filling + [7]).status == 413)
    }

    @Test("an evicted account takes its pictures with it")
    func evicted() throws {
        let bot = try Bot()
        #expect(bot.post("upload", file: Bot.jpeg, key: "ft_sk_test_a").status == 200)
        bot.clock.advance(seconds: 3600)
        for key in ["ft_sk_test_b", "ft_sk_test_c"] { _ = bot.open(key: key) }
        #expect(bot.uploaded.isEmpty)
    }
}

import FluidTalkAPI
import HTTP
import JSON
import Support
import Testing

@Suite("Chat (A.4, A.5, A.7)")
struct ChatTests {
    @Test("the first line begins a conversation, and the reply has every key of A.5 and each bubble")
    func first() throws {
        let answer = try Bot().chat("hi")
        #expect(answer.status == 200)
        #expect(
            answer.keys == [
                "reply", "replies", "should_send_photo", "photo_url", "session_id", "ignored", "ignore_reason",
            ])
        #expect(answer["reply"]?.string == "hey!\nsaw my post?")
        #expect(answer.replies == ["hey!", "saw my post?"])
        #expect(answer["should_send_photo"]?.bool == false)
        #expect(answer["photo_url"]?.isNull == true)
        #expect(answer["ignored"]?.bool == false)
        #expect(answer["ignore_reason"]?.isNull == true)
    }

    @Test("a persona and a target have one conversation, which keeps its id")
    func identity() throws {
        let bot = try Bot()
        let first = bot.chat("hi")["session_id"]?.string
        #expect(bot.chat("and?")["session_id"]?.string == first)
        #expect(bot.chat("and?").replies == ["haha go on"])
        #expect(bot.chat(" hi ", " @lead ")["session_id"]?.string == first, "outer white space is trimmed")
        #expect(bot.chat("hi", "@LEAD")["session_id"]?.string != first)
        #expect(bot.chat("hi", "lead")["session_id"]?.string != first)
        #expect(bot.chat("hi", key: "ft_sk_test_b")["session_id"]?.string != first)
    }

    /// With a letter before them one `Character`.
    private static func marked(_ count: Int) -> String { "e" + String(repeating: "\u{301}", count: count - 1) }

    @Test("names and texts with too many Unicode scalars are refused as FastAPI does")
    func limits() throws {
        let bot = try Bot()
        func tooLong(_ field: String, _ limit: Int, _ answer: Answer) {
            #expect(answer.status == 422)
            let detail = answer["detail"]?.array?.first
            #expect(detail?["type"]?.string == "string_too_long")
            #expect(detail?["loc"]?.array?.map(\.string) == ["body", field])
            #expect(detail?["msg"]?.string == "String should have at most \(limit) characters")
        }
        tooLong("target", 1000, bot.chat("hi", Self.marked(1001)))
        tooLong("own_username", 1000, bot.chat("hi", own: Self.marked(1001)))
        tooLong("message", 10_000, bot.chat(Self.marked(10_001)))
        #expect(bot.chat(Self.marked(10_000), Self.marked(1000), own: Self.marked(1000)).status == 200)
    }

    @Test("leads whose names differ in bytes alone are two, and so are holders")
    func bytes() throws {
        let bot = try Bot()
        let first = bot.chat("hi", "Zo\u{EB}", own: "Zo\u{EB}")["session_id"]?.string
        #expect(bot.chat("hi", "Zoe\u{308}")["session_id"]?.string != first)
        #expect(bot.chat("hi", "Zo\u{EB}", own: "Zoe\u{308}")["ignored"]?.bool == true)
        #expect(bot.chat("hi", "Zo\u{EB}", own: "Zo\u{EB}")["ignored"]?.bool == false)
    }

    @Test("an account that folds targets ignores case and a leading @")
    func folded() throws {
        let bot = try Bot(#", "compat": {"targets": "folded"}"#)
        let ids = ["@Lead", "lead", "@LEAD"].map { bot.chat("hi", $0, key: "ft_sk_demo")["session_id"]?.string }
        #expect(Set(ids).count == 1)
    }

    @Test("a photo is sent with the bubbles, by a URL that returns it")
    func photo() throws {
        let bot = try Bot()
        let answer = bot.chat("send a pic")
        #expect(answer.replies == ["here", "you go"])
        #expect(answer["should_send_photo"]?.bool == true)
        let url = try #require(answer["photo_url"]?.string)
        #expect(url == "http://mock:8000/api/v1/bot/media/\(Bot.persona)/a%20b%2F%C3%A9.jpg")
        let picture = bot.send(.get, String(url.dropFirst("http://mock:8000".count)), key: nil)
        #expect(picture.body == Bot.jpeg)
        #expect(picture.fields[.contentType] == "image/jpeg")
        #expect(picture.fields[.contentTypeOptions] == "nosniff")
    }

    @Test("URLs begin with public_url where it is set")
    func publicURL() throws {
        var options = FluidTalk.Options()
        options.publicURL = "https://mock.example"
        #expect(
            try Bot(options: options).chat("pic")["photo_url"]?.string?.hasPrefix("https://mock.example/api/v1/bot/")
                == true)
    }

    @Test("an image counts as a message, by URL or as a file, with or without text (E-17)")
    func image() throws {
        let bot = try Bot()
        #expect(bot.post("chat", ["target": "a", "image_url": "http://x/y.jpg"]).replies == ["here", "you go"])
        #expect(bot.post("chat", ["target": "b"], file: Bot.jpeg).replies == ["here", "you go"])
        #expect(bot.post("chat", ["target": "c", "message": "look"], file: Bot.jpeg).replies == ["here", "you go"])
        #expect(bot.post("chat", ["target": "d", "message": "look"], file: []).replies == ["hey!", "saw my post?"])
    }

    @Test("the turn that ends a conversation is answered; every call after it is a 400 (A.7, E-4)")
    func sealed() throws {
        let bot = try Bot()
        _ = bot.chat("hi")
        #expect(bot.chat("deal").replies == ["bye"])
        for answer in [bot.chat("hello?"), bot.open(), bot.event("reaction"), bot.followUp()] {
            #expect(answer.status == 400)
            #expect(answer.detail == "This session is DONE")
        }
    }

    @Test("every route accepts both encodings (A.3)")
    func encodings() throws {
        let bot = try Bot()
        #expect(bot.post("chat", ["target": "a", "message": "hi"], file: []).replies == ["hey!", "saw my post?"])
        #expect(bot.post("action", ["target": "b", "action": "OUTREACH"], file: []).message == "hey b")
        #expect(bot.post("upload", ["file": "text"]).status == 422)
    }

    @Test("directives work with open test keys, and are plain words with others (F-1)")
    func directives() throws {
        let bot = try Bot()
        #expect(bot.chat("[[error 503]]").detail == "The message asked for this error")
        #expect(bot.followUp().status == 404, "nothing began")
        #expect(bot.chat("[[kick_out]]").status == 200)
        #expect(bot.chat("hi").detail == "This session is DONE")
        #expect(bot.chat("[[dance]]", "@x").status == 400)
        #expect(bot.chat("[[delay 2s]]", "@y").delivery.steps.first == .wait(.seconds(2)))
        #expect(bot.chat("[[kick_out]]", key: "ft_sk_demo").replies == ["hey!", "saw my post?"])
    }

    @Test("the same requests get the same answers, on any server and among other requests")
    func deterministic() throws {
        let texts = try (0..<2).map { round in
            let bot = try Bot()
            if round > 0 { _ = bot.chat("noise", key: "ft_sk_test_z") }
            return [bot.open(), bot.chat("pic"), bot.followUp(), bot.post("upload", file: Bot.jpeg)].map(\.text)
        }
        #expect(texts[0] == texts[1])
    }
}

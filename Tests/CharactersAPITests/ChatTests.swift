import Dialogue
import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Messages of the Characters API")
struct ChatTests {
    @Test("a session is of the character, the platform and the handle")
    func sessions() throws {
        let studio = try Studio()
        let first = studio.chat("hi")
        #expect(first.bubbles == ["hey!", "saw my post?"])
        #expect(studio.chat("yes").session == first.session)
        #expect(studio.chat("yes", platform: "threads").session != first.session)
        #expect(studio.chat("yes", "Sam").session != first.session)
        #expect(studio.chat("yes", "  sam\\t").session == first.session)
    }

    @Test("optional members are always there")
    func members() throws {
        let answer = try Studio().chat("hi")
        #expect(
            answer.json?["data"]?.members?.map(\.key) == [
                "session_id", "bubbles", "deduped", "ignored", "ignore_reason", "paused", "pause_reason", "silent",
                "explain", "vision", "fireable_event_ids",
            ])
        #expect(answer["vision"]?.isNull == true)
        #expect(answer["bubbles"]?.array?.first?.members?.map(\.key) == ["text", "delay_ms", "image_url"])
    }

    @Test("a photo is a bubble of its own without text, after the words")
    func photo() throws {
        let studio = try Studio()
        _ = studio.chat("hi")
        let answer = studio.chat("send me a pic")
        #expect(answer.bubbles == ["here", "you go", ""])
        let url = try #require(answer.photos?.first)
        #expect(url == "http://mock:8000/api/v1/characters/media/\(Studio.persona)/a%20b%2F%C3%A9.jpg")
        let photo = studio.send(.get, String(url.dropFirst("http://mock:8000".count)), fields: [:])
        #expect(photo.status == 200)
        #expect(photo.body == Studio.jpeg)
    }

    @Test(
        "a wrong field is a 422 that names it",
        arguments: [
            (#"{"handle": "a", "message": "x"}"#, "platform: Field required"),
            (#"{"platform": "instagram", "message": "x"}"#, "handle: Field required"),
            (#"{"platform": "instagram", "handle": null, "message": "x"}"#, "handle: Field required"),
            (#"{"platform": "instagram", "handle": " ", "message": "x"}"#, "handle: must not be empty"),
            (#"{"platform": 5, "handle": "a", "message": "x"}"#, "platform: must be a text"),
            (#"{"platform": "instagram", "handle": "a", "message": 5}"#, "message: must be a text"),
            (#"{"platform": "instagram", "handle": "a", "message": ""}"#, "message: a text or an image_url is needed"),
            (#"{"platform": "instagram", "handle": "a"}"#, "message: a text or an image_url is needed"),
            (#"{"platform": "instagram", "handle": "a", "image_url": []}"#, "image_url: must be a text"),
            ("{}", "platform: Field required; handle: Field required; message: a text or an image_url is needed"),
        ])
    func fields(_ body: String, _ message: String) throws {
        let answer = try Studio().post("chat", body)
        #expect(answer.status == 422)
        #expect(answer.code == "validation_error")
        #expect(answer.message == message)
    }

    @Test(
        "a body that is no JSON object is a 400",
        arguments: ["", "[]", "null", "{", #"{"platform": NaN}"#, #""text""#, #"{"message": "\ud83d"}"#, "a=b"])
    func bodies(_ body: String) throws {
        let answer = try Studio().post("chat", body)
        #expect(answer.status == 400)
        #expect(answer.code == "bad_request")
    }

    @Test("white space alone is a text, and unknown members are ignored")
    func blank() throws {
        #expect(try Studio().chat("  ", more: #", "nonsense": [1]"#).bubbles == ["hey!", "saw my post?"])
    }

    @Test("texts of 10,000 characters are taken, and longer ones are a 422")
    func long() throws {
        let studio = try Studio()
        #expect(studio.chat(String(repeating: "é", count: 10_000)).status == 200)
        #expect(
            studio.chat(String(repeating: "é", count: 10_001)).message == "message: must have at most 10000 characters")
    }

    @Test("the same text is answered twice in a row, and then not until another comes")
    func duplicates() throws {
        let studio = try Studio()
        #expect((1...2).map { _ in studio.chat("hi").bubbles?.isEmpty } == [false, false])
        for _ in 1...3 {
            let silent = studio.chat("hi")
            #expect(silent.bubbles == [])
            #expect(silent["silent"]?.string == "duplicate_message")
            #expect(silent["explain"]?.string?.isEmpty == false)
        }
        #expect(try studio.sessions().map(\.session.turnCount) == [2])
        #expect(studio.chat("hi", more: #", "image_url": "http://x/a.jpg""#).reason == nil)
        #expect(studio.chat("hi").reason == nil)
    }

    @Test("how often the same text is answered is a setting, and the mode sandbox always answers")
    func duplicateAfter() throws {
        let token = #""connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]"#
        let once = try Studio(account: #", "compat": {"duplicate_after": 1}, \#(token)"#)
        #expect((1...2).map { _ in once.chat("hi", token: "ftc_live_x").reason } == [nil, "duplicate_message"])
        let never = try Studio(account: #", "compat": {"duplicate_after": 0}, \#(token)"#)
        #expect((1...5).allSatisfy { _ in never.chat("hi", token: "ftc_live_x").reason == nil })
        let studio = try Studio()
        #expect((1...5).allSatisfy { _ in studio.chat("hi", "test_a", mode: "sandbox").reason == nil })
    }

    @Test(
        "after the end nothing is said, or what the account's setting says",
        arguments: [("silent", 200), ("conflict", 409), ("repeat", 200)])
    func ended(_ setting: String, _ status: Int) throws {
        let studio = try Studio(
            account: """
                , "compat": {"characters_after_end": "\(setting)"},
                "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]
                """)
        #expect(studio.chat("deal", token: "ftc_live_x").bubbles == ["bye"])
        let answer = studio.chat("hello?", token: "ftc_live_x")
        #expect(answer.status == status)
        switch setting {
        case "silent": #expect(answer["silent"]?.string == "conversation_ended")
        case "conflict": #expect(answer.code == "conflict")
        default: #expect(answer.bubbles == ["bye"])
        }
        #expect(try studio.sessions(of: "demo").map(\.session.turnCount) == [1])
    }

    @Test("a session_id must be the lead's own, unless the account ignores it")
    func sessionID() throws {
        let studio = try Studio()
        let id = try #require(studio.chat("hi").session)
        #expect(studio.chat("a", more: #", "session_id": "\#(id)""#).status == 200)
        for (handle, other) in [("sam", "nonsense"), ("new", id)] {
            let answer = studio.chat("b", handle, more: #", "session_id": "\#(other)""#)
            #expect(answer.status == 404)
            #expect(answer.message?.contains("session_id") == true)
        }
        let lax = try Studio(
            account: """
                , "compat": {"session_id": "ignore"},
                "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]
                """)
        #expect(lax.chat("b", token: "ftc_live_x", more: #", "session_id": "nonsense""#).status == 200)
    }

    @Test("two accounts of the caller share a session, or have one each, or the first keeps the lead")
    func accounts() throws {
        let shared = try Studio()
        #expect(shared.chat("hi", own: "a").session == shared.chat("yes", own: "b").session)

        let separate = try Studio(persona: #", "character": {"separate_sessions_per_account": true}"#)
        let (one, other) = (separate.chat("hi", own: "a"), separate.chat("hi", own: "b"))
        #expect(one.session != other.session)
        #expect(separate.chat("hm", own: "a").session == one.session)

        for more in ["", #""separate_sessions_per_account": true, "#] {
            let claimed = try Studio(persona: #", "character": {\#(more)"ignore_duplicate_leads": true}"#)
            #expect(claimed.chat("hi", own: "a").reason == nil)
            let ignored = claimed.chat("hi", own: "b")
            #expect(ignored.bubbles == [])
            #expect(ignored["ignored"]?.bool == true)
            #expect(ignored["ignore_reason"]?.string == "lead_claimed_by_other_account")
            #expect(claimed.chat("yes", own: "a").reason == nil)
            #expect(claimed.chat("yes").reason == nil)
            #expect(claimed.chat("hi", "other", own: "b").reason == nil)
        }
    }

    @Test("handles are the same lead as the account's targets say")
    func targets() throws {
        let studio = try Studio(
            account: """
                , "compat": {"targets": "folded"},
                "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]
                """)
        #expect(
            studio.chat("hi", "@Sam", token: "ftc_live_x").session
                == studio.chat("yes", "sam", token: "ftc_live_x").session)
    }

    @Test(
        "the pause before a bubble is told as the machine has it",
        arguments: [
            ("", [0, 0]), (#", "bubble_delay_ms": 900"#, [900, 900]),
            (#", "bubble_delay_ms": {"base": 100, "per_character": 10, "max": 200}"#, [140, 200]),
        ])
    func delays(_ machine: String, _ delays: [Int]) throws {
        let answer = try Studio(machine: machine).chat("hi")
        #expect(answer["bubbles"]?.array?.map { $0["delay_ms"]?.integer } == delays)
    }

    @Test("a message can ask for an error, in the envelope")
    func directive() throws {
        let studio = try Studio(
            account: #", "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]"#)
        let answer = studio.chat("[[error 503]]", token: "ftc_live_x")
        #expect(answer.status == 503)
        #expect(answer.code == "service_unavailable")
        #expect(answer.json?["error"]?["type"]?.string == "server_error")
        #expect(answer.fields[.requestID] == answer.id)
    }

    @Test("sessions are not shared with the Handshake API")
    func apart() throws {
        let studio = try Studio()
        let chat = studio.chat("hi", token: "ftc_test_a")
        let body = Array("target=sam&message=hi".utf8)
        let handshake = studio.send(
            .post, "/api/v1/bot/chat", body,
            fields: ["X-API-Key": "ft_sk_test_a", "Content-Type": "application/x-www-form-urlencoded"])
        #expect(handshake.json?["replies"]?.array?.compactMap(\.string) == chat.bubbles)
        let shared = studio.send(
            .post, "/@ftc_test_a/api/v1/bot/chat", body,
            fields: ["X-API-Key": "ft_sk_test_a", "Content-Type": "application/x-www-form-urlencoded"])
        #expect(shared.json?["session_id"]?.string != chat.session)
        #expect(try studio.sessions().map(\.channel) == ["characters:instagram", "handshake"])
    }
}

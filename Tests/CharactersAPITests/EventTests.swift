import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Support
import Testing

@Suite("Triggers and payments of the Characters API")
struct EventTests {
    @Test("outreach opens a conversation with exactly one bubble")
    func outreach() throws {
        let studio = try Studio()
        let answer = studio.trigger("outreach", "1")
        #expect(answer.bubbles == ["hey sam\nloved your post"])
        #expect(studio.chat("hi").session == answer.session)
    }

    @Test("outreach on a lead with a conversation is ignored and consumes nothing")
    func active() throws {
        let studio = try Studio()
        _ = studio.trigger("outreach", "1")
        let ignored = studio.trigger("outreach", "2")
        #expect(ignored.bubbles == [])
        #expect(ignored["ignore_reason"]?.string == "conversation_already_active")
        #expect(studio.trigger("outreach", "2", "new").bubbles?.count == 1)
    }

    @Test("after the end of a conversation outreach opens none, and says that it has ended")
    func ended() throws {
        let studio = try Studio()
        _ = studio.chat("deal")
        let silent = studio.trigger("outreach", "1")
        #expect(silent.bubbles == [])
        #expect(silent["silent"]?.string == "conversation_ended")
    }

    @Test("an external id is taken up once for the character, whatever the lead")
    func once() throws {
        let studio = try Studio()
        #expect(studio.trigger("outreach", "1").bubbles?.count == 1)
        for handle in ["sam", "new"] {
            let again = studio.trigger("outreach", "1", handle)
            #expect(again.bubbles == [])
            #expect(again["deduped"]?.bool == true)
        }
        #expect(studio.trigger("outreach", "1", "new", token: "ftc_test_b").bubbles?.count == 1)
        #expect(studio.trigger("outreach", "1", "test_a", mode: "sandbox").bubbles?.count == 1)
    }

    @Test(
        "an event on a conversation is its next turn, whatever its context is",
        arguments: [
            (#"{"kind": "👀"}"#, ["saw 👀 -"]), (#""wow""#, ["saw nothing wow"]), ("[1]", ["saw nothing [1]"]),
            ("false", ["saw nothing false"]), (#"{"kind": 5}"#, ["saw 5 -"]), (#"{"kind": 5.0}"#, ["saw 5 -"]),
            (#"{"kind": 5.5}"#, ["saw 5.5 -"]), (#"{"kind": "🔥"}"#, ["hot", "hot"]),
            ("null", ["saw nothing -"]),
        ])
    func warm(_ context: String, _ bubbles: [String]) throws {
        let studio = try Studio()
        let begun = studio.chat("hi")
        let answer = studio.trigger("reaction", "1", more: #", "context": \#(context), "raw": {"a": null}"#)
        #expect(answer.bubbles == bubbles)
        #expect(answer.session == begun.session)
        #expect(try studio.sessions().map(\.session.turnCount) == [2])
    }

    @Test("a photo on a cold opening is sent only if there are no words")
    func coldPhoto() throws {
        let answer = try Studio().trigger("follow", "1")
        #expect(answer.bubbles == [""])
        #expect(answer.photos?.count == 1)
    }

    @Test("an event that the machine does not know says nothing and consumes nothing; live tells the known ones")
    func unknown() throws {
        let studio = try Studio()
        for (mode, tells) in [(nil, true), ("sandbox", false)] as [(String?, Bool)] {
            let answer = studio.trigger("wedding", "1", "test_a", mode: mode)
            #expect(answer.bubbles == [])
            #expect(answer["ignore_reason"]?.string == "unknown_event_id")
            #expect(answer["session_id"]?.isNull == true)
            #expect(
                answer["fireable_event_ids"]?.array?.compactMap(\.string)
                    == (tells ? ["outreach", "reaction", "follow"] : nil))
            #expect(studio.trigger("reaction", "1", "test_a", mode: mode).bubbles == ["saw nothing -"])
        }
    }

    @Test("an image is looked at on a cold opening only")
    func image() throws {
        let studio = try Studio()
        let seen = studio.trigger("outreach", "1", "a", more: #", "image_url": "https://cdn.example/a.jpg""#)
        #expect((seen.seen, seen.bubbles) == (true, ["that photo!"]))
        let unseen = studio.trigger("outreach", "2", "b", more: #", "image_url": "https://x.invalid/a.jpg""#)
        #expect((unseen.seen, unseen.bubbles) == (false, ["hey b\nloved your post"]))
        #expect(unseen["vision"]?["reason"]?.string == "vision_failed")
        let warm = studio.trigger("reaction", "3", "a", more: #", "image_url": "https://cdn.example/a.jpg""#)
        #expect(warm["vision"]?.isNull == true)
    }

    @Test(
        "a payment is applied once, and moves a machine that has a transition about it, silently",
        arguments: ["20", "20.0", "2e1"])
    func payment(_ amount: String) throws {
        let studio = try Studio()
        let session = studio.chat("hi").session
        let more = #", "amount": \#(amount), "currency": "USD", "raw": {}"#
        let paid = studio.pay("purchase", "p1", more: more)
        #expect(paid["ok"]?.bool == true)
        #expect(paid["applied"]?.bool == true)
        #expect(paid.session == session)
        #expect(try studio.sessions().map(\.session.stateKey.text) == ["bought"])
        let again = studio.pay("purchase", "p1", more: more)
        #expect((again["applied"]?.bool, again["deduped"]?.bool) == (false, true))
        #expect(studio.chat("hm").bubbles == ["thanks for buying"])
    }

    @Test("a transition may wait for a payment, which entries do not list")
    func check() throws {
        let warnings = try Studio().emulator.catalog.warnings.map { "\($0)" }
        #expect(!warnings.contains { $0.contains("waits for the event") }, "\(warnings)")
    }

    @Test("a payment that no transition is about is only recorded")
    func recorded() throws {
        let studio = try Studio()
        _ = studio.chat("hi")
        for (type, more) in [("refund", ""), ("chargeback", ""), ("purchase", #", "amount": 0"#)] {
            #expect(studio.pay(type, type, more: more)["applied"]?.bool == true)
        }
        #expect(try studio.sessions().map { "\($0.session.stateKey) \($0.session.turnCount)" } == ["warm 1"])
    }

    @Test(
        "a payment of a wrong kind or amount is a 422",
        arguments: [
            (#""event_type": "gift""#, "event_type: must be one of purchase, refund, chargeback, not \"gift\""),
            (#""amount": "5""#, "amount: must be a number"), (#""raw": 5"#, "raw: must be an object"),
        ])
    func invalid(_ member: String, _ message: String) throws {
        let answer = try Studio().post(
            "events", #"{"platform": "instagram", "handle": "a", "external_event_id": "1", \#(member)}"#)
        #expect(answer.status == 422)
        #expect(answer.message == message)
    }

    @Test("a payment of a lead who never wrote is a 404, unless the account records it")
    func stranger() throws {
        let studio = try Studio()
        #expect(studio.pay("purchase", "1", "nobody").status == 404)
        _ = studio.chat("hi", "nobody")
        #expect(studio.pay("purchase", "1", "nobody")["applied"]?.bool == true)
        let lax = try Studio(
            account: """
                , "compat": {"unknown_lead": "create"},
                "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]
                """)
        #expect(lax.pay("purchase", "1", "nobody", token: "ftc_live_x")["applied"]?.bool == true)
        #expect(lax.pay("purchase", "1", "nobody", token: "ftc_live_x")["deduped"]?.bool == true)
    }
}

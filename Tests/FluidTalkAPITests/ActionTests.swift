import HTTP
import JSON
import Support
import Testing

@Suite("Actions (A.4, A.5, A.7)")
struct ActionTests {
    private static let keys = ["session_id", "message", "ignored", "ignore_reason", "continued", "continued_reason"]

    @Test("an opener begins a conversation; in a running one it says nothing, and continued has the reason")
    func opener() throws {
        let bot = try Bot()
        let first = bot.open()
        #expect(first.keys == Self.keys)
        #expect(first.message == "hey @lead")
        #expect(first["continued"]?.bool == false)
        #expect(first["continued_reason"]?.isNull == true)
        let second = bot.open()
        #expect(second.keys == Self.keys)
        #expect(second.message == "")
        #expect(second["continued"]?.bool == true)
        #expect(second["continued_reason"]?.string == "conversation_already_active")
        #expect(second["session_id"]?.string == first["session_id"]?.string)
        #expect(bot.chat("and?").replies == ["haha go on"], "the opener led to another state")
    }

    @Test("an opener can look at the image that comes with it")
    func openerImage() throws {
        let bot = try Bot()
        #expect(bot.post("action", ["target": "a", "action": "OUTREACH"], file: Bot.jpeg).message == "that photo!")
        #expect(
            bot.post("action", ["target": "b", "action": "OUTREACH", "image_url": "http://x"]).message == "that photo!")
    }

    @Test("a machine without an opener begins with its greeting")
    func greeting() throws {
        #expect(try Bot().open(key: "ft_sk_other").message == "Hello, @lead.")
    }

    @Test("an event begins a conversation, or goes into the running one with continued set")
    func event() throws {
        let bot = try Bot()
        let first = bot.event("reaction", #"{"kind":"🔥"}"#)
        #expect(first.message == "saw 🔥")
        #expect(first["continued"]?.bool == false)
        let second = bot.event("reaction", #"{"kind":"🔥"}"#)
        #expect(second.message == "hot")
        #expect(second["continued"]?.bool == true)
        #expect(second["continued_reason"]?.string == "conversation_already_active")
        #expect(bot.event("reaction", #"{"kind":"👀"}"#).message == "saw 👀")
    }

    @Test(
        "a context may have any JSON value, and a context that is no JSON is ignored (E-19)",
        arguments: [
            (#"{"kind":"\ud83d\udd25"}"#, "saw 🔥"), (#"{"kind": 7}"#, "saw 7"),
            (#"{"kind": [1, {"a": null}]}"#, #"saw [1,{"a":null}]"#),
            (#"{"other": 1}"#, "saw nothing"), ("nonsense", "saw nothing"), ("[1]", "saw nothing"), ("", "saw nothing"),
        ])
    func context(_ context: String, _ message: String) throws {
        #expect(try Bot().event("reaction", context).message == message)
    }

    @Test("an unknown event is a 400, and begins nothing (E-3)")
    func unknownEvent() throws {
        let bot = try Bot()
        #expect(bot.event("wedding").detail == "Unknown event_type 'wedding'")
        #expect(bot.followUp().status == 404)
        let lenient = try Bot(#", "compat": {"unknown_event": "ignore"}"#)
        let answer = lenient.event("wedding", key: "ft_sk_demo")
        #expect(answer.status == 200)
        #expect(answer.message == "")
        #expect(answer["ignored"]?.bool == false)
        #expect(answer["session_id"]?.isNull == true)
        #expect(lenient.followUp(key: "ft_sk_demo").status == 404)
    }

    @Test("a follow-up needs a conversation, waits for its cooldown and stops at its cap (E-6)")
    func followUp() throws {
        let bot = try Bot()
        #expect(bot.followUp().detail == "No active conversation found for this target")
        _ = bot.open()
        let steps: [(Int64, String, String?)] = [
            (0, "still there?", nil), (59, "", "followup_cooldown"), (1, "hello?", nil),
            (600, "", "followup_cap_reached"),
        ]
        for (seconds, message, reason) in steps {
            bot.clock.advance(seconds: seconds)
            let answer = bot.followUp()
            #expect(answer.keys == Self.keys)
            #expect(answer.message == message)
            #expect(answer["ignored"]?.bool == (reason != nil))
            #expect(answer["ignore_reason"]?.string == reason)
            #expect(answer["continued"]?.bool == false)
        }
    }

    @Test("an account can have a refused follow-up answered with an empty message")
    func silent() throws {
        let bot = try Bot(#", "compat": {"refused_nudge": "silent"}"#)
        _ = bot.open(key: "ft_sk_demo")
        _ = bot.followUp(key: "ft_sk_demo")
        let answer = bot.followUp(key: "ft_sk_demo")
        #expect(answer.message == "")
        #expect(answer["ignored"]?.bool == false)
    }

    @Test("a machine without a nudge refuses every follow-up")
    func noNudge() throws {
        let bot = try Bot()
        _ = bot.open(key: "ft_sk_other")
        #expect(bot.followUp(key: "ft_sk_other")["ignore_reason"]?.string == "followup_disabled")
    }
}

@Suite("The holder of a lead (E-7, E-8, E-9, E-15)")
struct HolderTests {
    @Test("the first account that names itself holds the lead; another is ignored and changes nothing")
    func holds() throws {
        let bot = try Bot()
        let id = bot.chat("hi", own: "@one")["session_id"]?.string
        let chat = bot.chat("hi", own: "@two")
        #expect(chat["ignored"]?.bool == true)
        #expect(chat["ignore_reason"]?.string == "lead_claimed_by_other_account")
        #expect(chat["reply"]?.string == "")
        #expect(chat.replies == [])
        #expect(chat["session_id"]?.string == id)
        for answer in [bot.open(own: "@two"), bot.followUp(own: "@two")] {
            #expect(answer["ignored"]?.bool == true)
            #expect(answer.message == "")
            #expect(answer["continued"]?.bool == false)
        }
        #expect(bot.open(own: "@one")["continued"]?.bool == true)
        #expect(bot.chat("and?", own: "@one").replies == ["haha go on"], "still its second turn")
    }

    @Test("a call without a name is answered and does not hold the lead; the first with a name does")
    func unnamed() throws {
        let bot = try Bot()
        _ = bot.open()
        #expect(bot.chat("a")["ignored"]?.bool == false)
        #expect(bot.chat("b", own: "@one")["ignored"]?.bool == false)
        #expect(bot.chat("c", own: "@two")["ignored"]?.bool == true)
        #expect(bot.chat("d")["ignored"]?.bool == false)
    }

    @Test("an ended conversation is a 400 for its holder, and another account is ignored")
    func done() throws {
        let bot = try Bot()
        _ = bot.chat("deal", own: "@one")
        #expect(bot.chat("hi", own: "@two")["ignored"]?.bool == true)
        #expect(bot.chat("hi", own: "@one").status == 400)
    }

    @Test("an account can have duplicate leads answered")
    func off() throws {
        let bot = try Bot(#", "compat": {"duplicate_leads": "answer"}"#)
        _ = bot.chat("hi", own: "@one", key: "ft_sk_demo")
        #expect(bot.chat("hi", own: "@two", key: "ft_sk_demo")["ignored"]?.bool == false)
    }
}

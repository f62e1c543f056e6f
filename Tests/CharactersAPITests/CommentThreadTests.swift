import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Replies to comments and threads of the Characters API")
struct CommentThreadTests {
    static let machine = """
        , "comments": {
            "replies": ["haha right?", "{target} gets it"], "dm_nudge": {"after": 2, "says": "come say hi in my dms"},
            "bow_out": {"when": {"any": ["scam", "bot"]}}, "max_replies_per_author": 3, "max_replies_per_thread": 4,
            "engage": {"when": {"pattern": "\\\\?"}, "says": ["it will, {target}", "sure"], "max_per_post": 2}}
        """

    // MARK: Replies

    @Test("replies go on to the caps of author and thread, and another thread is fresh")
    func caps() throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        let answers = (1...4).map { _ in studio.reply("so true") }
        #expect(
            answers.map { $0["decision"]?.string } == ["comment_reply", "comment_reply", "drive_to_dm_nudge", "skip"])
        #expect(
            answers.map { $0["reply"]?.string } == ["haha right?", "kim gets it", "come say hi in my dms", nil])
        #expect(answers[3]["reason"]?.string == "max_replies_per_author")
        #expect(answers[3]["explain"]?.string?.isEmpty == false)
        #expect(answers.map { $0["max_chars"]?.integer } == [150, 150, 150, nil])
        #expect(answers.map { $0["truncated"]?.bool } == [false, false, false, nil])
        #expect(answers.map { $0["thread_warmth"]?.string } == ["cold", "warm", "warm", "warm"])
        #expect(answers.allSatisfy { $0["ok"]?.bool == true })
        #expect(studio.reply("so true", by: "ann")["reply"]?.string == "ann gets it")
        #expect(studio.reply("so true", by: "ann")["reason"]?.string == "max_replies_per_thread")
        for fresh in [
            studio.reply("so true", below: "c10"), studio.reply("so true", below: nil),
            studio.reply("so true", post: "p2"), studio.reply("so true", platform: "threads"),
        ] {
            #expect(fresh["reply"]?.string == "haha right?")
            #expect(fresh["thread_warmth"]?.string == "cold")
        }
    }

    @Test("a hostile reply is left alone, and so is an empty one")
    func stops() throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        let hostile = studio.reply("you BOT")
        #expect(hostile["decision"]?.string == "bow_out")
        #expect(hostile["reason"]?.string == "hostile")
        #expect(hostile["reply"]?.isNull == true)
        #expect(hostile["max_chars"] == nil)
        for empty in ["", "  "] { #expect(studio.reply(empty)["reason"]?.string == "target_too_short") }
        let missing = studio.post(
            "comments/reply",
            #"{"platform": "instagram", "post_ref": "p1", "replier_handle": "kim", "post": {"any": null}}"#)
        #expect(missing["reason"]?.string == "target_too_short")
    }

    @Test("strangers can be left alone, and a lead is recognised")
    func strangers() throws {
        let studio = try Studio(machine: #", "comments": {"strangers": false, "replies": ["yes"]}"#)
        let stranger = studio.reply("hi", by: "sam")
        #expect(stranger["reason"]?.string == "stranger")
        #expect(stranger["recognized_lead"]?.bool == false)
        _ = studio.chat("hi", "sam")
        let lead = studio.reply("hi", by: "sam")
        #expect(lead["reply"]?.string == "yes")
        #expect(lead["recognized_lead"]?.bool == true)
        #expect(studio.reply("hi", by: "sam", platform: "threads")["reason"]?.string == "stranger")
    }

    @Test("a lead is recognised where each account has a session of its own")
    func separate() throws {
        let studio = try Studio(
            persona: #", "character": {"separate_sessions_per_account": true}"#,
            machine: #", "comments": {"replies": ["yes"]}"#)
        _ = studio.chat("hi", "sam", own: "one")
        #expect(studio.reply("hi", by: "sam")["recognized_lead"]?.bool == true)
        #expect(studio.reply("hi", by: "ann")["recognized_lead"]?.bool == false)
    }

    @Test("without replies and engage the answer says that they are off")
    func disabled() throws {
        let studio = try Studio(machine: #", "comments": {"says": "hi"}"#)
        for answer in [studio.reply("hi"), studio.engage(CommentTests.thread)] {
            #expect(answer.status == 200)
            #expect(answer["decision"]?.string == "skip")
            #expect(answer["reason"]?.string == "comments_disabled")
            #expect(answer["ignore_reason"]?.string == "comments_disabled")
        }
    }

    @Test("directives, scripts and faults act on a reply")
    func prepared() throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        #expect(studio.reply("[[error 503]] x").status == 503)
        #expect(studio.reply("[[pass]] x").message?.contains("[[pass]]") == true)
        #expect(studio.reply("[[nonsense]] x").status == 400)
        let steps = #"{"player": "kim", "steps": [{"reply": "as told", "decision": "pass"}, {"error": 500}, {}]}"#
        #expect(studio.control(.post, "ftc_test_a", "scripts", Array(steps.utf8)).status.code < 300)
        #expect(studio.reply("bot")["decision"]?.string == "bow_out")
        #expect(studio.reply("yes", by: "ann", below: "c1")["reply"]?.string == "haha right?")
        #expect(studio.reply("yes")["reply"]?.string == "as told")
        #expect(studio.reply("yes").status == 500)
        #expect(studio.reply("yes")["reply"]?.string == "kim gets it")
        let fault = #"{"kind": "status", "status": 502, "match": {"message": {"any": ["boom"]}, "player": "kim"}}"#
        let made = studio.control(.post, "ftc_test_a", "faults", Array(fault.utf8))
        #expect(made.status.code < 300, "\(String(decoding: made.body, as: UTF8.self))")
        #expect(studio.reply("boom", below: "c2").status == 502)
        #expect(studio.reply("boom", by: "ann", below: "c2").status == 200)
    }

    // MARK: Threads

    private static let rows = """
        [{"comment_ref": "c1", "author_handle": "dan", "text": "silicone will fill a half-inch gap fine"},
         {"comment_ref": "c2", "author_handle": "mark", "text": "will it though?", "parent_ref": "c1"},
         {"comment_ref": "c3", "author_handle": "lea", "text": "why?"},
         {"comment_ref": "c4", "author_handle": "@Maya", "text": "is this mine?"},
         {"comment_ref": "c5", "author_handle": "lea", "text": "who goes there?", "depth": 6},
         {"comment_ref": "c6", "author_handle": "lea", "text": "a scam, is it not?", "depth": 5},
         {"comment_ref": "c7", "author_handle": "lea", "text": "nothing to ask"}]
        """

    @Test("the last comment that fits is answered, once")
    func engage() throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        let rows = CommentThreadTests.rows.replacing("a scam, is it not?", with: "a scam, is it not")
        let first = studio.engage(rows)
        #expect(first["decision"]?.string == "comment_reply")
        #expect(first["target_comment_ref"]?.string == "c2")
        #expect(first["reply"]?.string == "it will, mark")
        #expect(first["max_chars"]?.integer == 150)
        let second = studio.engage(rows)
        #expect(second["reason"]?.string == "no_target_selected")
        #expect(second["target_comment_ref"]?.isNull == true)
        #expect(second["max_chars"] == nil)
        #expect(studio.engage(rows, target: "c2")["reason"]?.string == "already_engaged_this_comment")
        #expect(studio.engage(rows, post: "p2")["target_comment_ref"]?.string == "c2")
        let other = #"[{"comment_ref": "d1", "author_handle": "dan", "text": "does it last?"}]"#
        #expect(studio.engage(other)["reply"]?.string == "sure")
        #expect(
            studio.engage(#"[{"comment_ref": "d2", "author_handle": "dan", "text": "does it last?"}]"#)["reason"]?
                .string
                == "max_engagements_per_post")
    }

    @Test(
        "a target that was asked for fails with its own reason",
        arguments: [
            ("c1", "no_target_selected"), ("c3", "target_too_short"), ("c4", "own_comment"), ("c5", "thread_too_deep"),
            ("c6", "hostile"), ("c7", "no_target_selected"),
        ])
    func targets(_ target: String, _ reason: String) throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        let answer = studio.engage(CommentThreadTests.rows, target: target)
        #expect(answer["reason"]?.string == reason)
        #expect(answer["decision"]?.string == (reason == "hostile" ? "bow_out" : "skip"))
        #expect(answer["reply"]?.isNull == true)
        #expect(answer["target_comment_ref"]?.string == target)
        // Nothing was counted.
        #expect(studio.engage(CommentThreadTests.rows, target: "c2")["reply"]?.string == "it will, mark")
    }

    @Test("depth follows from what comments reply to, also in a circle")
    func depth() throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        func thread(_ count: Int, _ first: String) -> String {
            let rows = (0..<count).map { place in
                let parent = place == 0 ? first : #", "parent_ref": "c\#(place - 1)""#
                let text = place == count - 1 ? "is it this one?" : "no"
                return #"{"comment_ref": "c\#(place)", "author_handle": "dan", "text": "\#(text)"\#(parent)}"#
            }
            return "[\(rows.joined(separator: ","))]"
        }
        #expect(studio.engage(thread(6, ""))["target_comment_ref"]?.string == "c5")
        #expect(studio.engage(thread(7, ""), target: "c6")["reason"]?.string == "thread_too_deep")
        #expect(studio.engage(thread(3, #", "parent_ref": "c2""#), target: "c2")["reason"]?.string == "thread_too_deep")
    }

    // MARK: Test modes

    @Test("in a test mode the name of the post begins with test_", arguments: ["mock", "sandbox"])
    func prefix(_ mode: String) throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        for answer in [
            studio.comment("hi", mode: mode), studio.reply("hi", mode: mode),
            studio.engage(CommentTests.thread, mode: mode),
        ] {
            #expect(answer.status == 400)
            #expect(answer.message?.hasPrefix("post_ref must begin with test_") == true)
        }
    }

    @Test("mock answers by the post, for any token, and writes nothing")
    func mock() throws {
        let studio = try Studio(
            account: CommentTests.token(#""credits": 0, "paused": "plan_limit""#), persona: #", "platforms": {}"#)
        func reply(_ post: String) -> Answer { studio.reply("yo", post: post, token: "ftc_live_x", mode: "mock") }
        let before = studio.control(.get, "demo", "snapshot").body
        let expected = [
            ("test_dm", "drive_to_dm_nudge", nil), ("test_hostile", "bow_out", "hostile"),
            ("test_once", "skip", "comment_once"), ("test_maxed", "skip", "max_replies_per_author"),
            ("test_stranger", "skip", "stranger"), ("test_x", "comment_reply", nil),
        ]
        for (post, decision, reason) in expected {
            let answer = reply(post)
            #expect(answer["decision"]?.string == decision)
            #expect(answer["reason"]?.string == reason)
            #expect((answer["reply"]?.string == nil) == (reason != nil))
            #expect((answer["max_chars"] == nil) == (reason != nil))
        }
        let comment = studio.comment(
            "hi", post: "test_x", images: ["https://cdn.example/a.jpg"], token: "ftc_live_x", mode: "mock")
        #expect(comment["comment"]?.string?.isEmpty == false)
        #expect(comment.seen == true)
        let engaged = studio.engage(CommentTests.thread, post: "test_x", token: "ftc_live_x", mode: "mock")
        #expect(engaged["target_comment_ref"]?.string == "c1")
        #expect(engaged["reply"]?.string?.isEmpty == false)
        #expect(studio.control(.get, "demo", "snapshot").body == before)
    }

    @Test("what the mode sandbox counts is apart")
    func sandbox() throws {
        let studio = try Studio(machine: CommentThreadTests.machine)
        for _ in 1...3 { #expect(studio.reply("hi", post: "test_p", mode: "sandbox")["reply"]?.isNull == false) }
        #expect(studio.reply("hi", post: "test_p", mode: "sandbox")["reason"]?.string == "max_replies_per_author")
        #expect(studio.reply("hi", post: "test_p")["thread_warmth"]?.string == "cold")
    }

    @Test("the self-test says whether there are comments, and their cap")
    func selfTest() throws {
        let settings = try Studio(machine: #", "comments": {"says": "hi", "max_chars": 80}"#).get("self-test")[
            "settings"]
        #expect(settings?["comments"]?.bool == true)
        #expect(settings?["max_chars"]?.integer == 80)
        #expect(try Studio().get("self-test")["settings"]?["comments"]?.bool == false)
        #expect(try Studio().get("self-test")["settings"]?["max_chars"]?.isNull == true)
    }
}

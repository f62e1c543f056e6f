import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Comments of the Characters API")
struct CommentTests {
    static let machine = """
        , "comments": {
            "says": [{"when": {"any": ["deck"]}, "text": "that deck"}, {"when": {"image": true}, "text": "what a shot"},
                     "love this, {target|all}", "so good"],
            "replies": ["haha right?", "{persona_name} agrees"],
            "bow_out": {"when": {"any": ["scam"]}}}
        """

    @Test("a post is commented by its caption, line by line, and its author is the target")
    func comment() throws {
        let studio = try Studio(machine: CommentTests.machine)
        let first = studio.comment("my new deck", author: "mark")
        #expect(first.status == 200)
        #expect(first["ok"]?.bool == true)
        #expect(first["comment"]?.string == "that deck")
        #expect(first["max_chars"]?.integer == 150)
        #expect(first["truncated"]?.bool == false)
        #expect(first["vision"]?.isNull == true)
        #expect(studio.comment("hi", author: "mark")["comment"]?.string == "love this, mark")
        #expect(studio.comment("hi")["comment"]?.string == "so good")
        #expect(studio.comment("hi")["comment"]?.string == "so good")
        #expect(studio.comment("hi", post: "p2")["comment"]?.string == "love this, all")
        #expect(studio.comment("hi", platform: "threads")["comment"]?.string == "love this, all")
    }

    @Test("a list of many lines is gone through in order")
    func manyLines() throws {
        let lines = (0..<50).map { #""line \#($0)""# }.joined(separator: ", ")
        let studio = try Studio(machine: #", "comments": {"says": [\#(lines)]}"#)
        for place in 0..<50 { #expect(studio.comment("x")["comment"]?.string == "line \(place)") }
        #expect(studio.comment("x")["comment"]?.string == "line 49")
    }

    @Test("lines can be picked by turn, and drawn", arguments: ["by_turn", "seeded"])
    func pick(_ pick: String) throws {
        let machine = #", "comments": {"pick": "\#(pick)", "says": ["a", "b", "c"]}"#
        let (one, other) = (try Studio(machine: machine), try Studio(machine: machine))
        let said = (0..<12).map { _ in one.comment("x")["comment"]?.string }
        #expect(said == (0..<12).map { _ in other.comment("x")["comment"]?.string })
        #expect(Set(said) == ["a", "b", "c"])
        if pick == "by_turn" { #expect(said.prefix(4) == ["a", "b", "c", "a"]) }
    }

    @Test(
        "without such comments the answer says that they are off",
        arguments: ["", #", "comments": {"replies": "yes"}"#])
    func disabled(_ machine: String) throws {
        let studio = try Studio(account: CommentTests.token(), machine: machine)
        let answer = studio.comment("hi", token: "ftc_live_x")
        #expect(answer.status == 200)
        #expect(answer["comment"]?.isNull == true)
        #expect(answer["ignore_reason"]?.string == "comments_disabled")
        #expect(answer["explain"]?.string?.isEmpty == false)
    }

    @Test("max_chars is from 20 to 2200, and a platform has a cap of its own")
    func maxChars() throws {
        let studio = try Studio(
            machine: #", "comments": {"says": "a sentence that is longer than a few words can be", "max_chars": 2000}"#)
        func comment(_ cap: String, on platform: String = "instagram") -> Answer {
            studio.comment("hi", platform: platform, more: #", "max_chars": \#(cap)"#)
        }
        let cut = comment("20")
        #expect(cut["comment"]?.string == "a sentence that is")
        #expect(cut["truncated"]?.bool == true)
        #expect(cut["max_chars"]?.integer == 20)
        #expect(comment("2200", on: "threads")["max_chars"]?.integer == 500)
        #expect(comment("2200")["max_chars"]?.integer == 2200)
        #expect(studio.comment("hi")["max_chars"]?.integer == 2000)
        #expect(studio.comment("hi", platform: "threads")["max_chars"]?.integer == 500)
        for cap in ["19", "2201", "-1"] {
            #expect(comment(cap).status == 400)
            #expect(comment(cap).message?.contains("from 20 to 2200") == true)
        }
        for cap in [#""50""#, "20.5", "true"] {
            #expect(comment(cap).status == 422)
            #expect(comment(cap).message?.hasPrefix("max_chars: ") == true)
        }
    }

    @Test(
        "a text is cut at white space, else hard, by Unicode scalars",
        arguments: [
            ("12345 78901 34567 901", 20, "12345 78901 34567"), ("12345 78901 34567 90", 20, "12345 78901 34567 90"),
            ("1234567890123456789 1", 20, "1234567890123456789"),
            ("12345678901234567890 x", 20, "12345678901234567890"),
            ("123456789012345678901", 20, "12345678901234567890"),
            (" 23456789012345678901", 20, " 2345678901234567890"),
            ("ééééé ééééé ééééé éééé", 20, "ééééé ééééé ééééé"),
        ])
    func cut(_ text: String, _ most: Int, _ expected: String) throws {
        let studio = try Studio(machine: #", "comments": {"says": "x"}"#)
        let script = studio.control(
            .post, "ftc_test_a", "scripts", Array(#"{"steps": [{"reply": "\#(text)"}]}"#.utf8))
        #expect(script.status.code < 300)
        let scripted = studio.comment("hi", more: #", "max_chars": \#(most)"#)
        #expect(scripted["comment"]?.string == expected)
        #expect(scripted["truncated"]?.bool == (expected.unicodeScalars.count != text.unicodeScalars.count))
    }

    @Test("without a line that fits nothing is said and nothing is paid", arguments: ["{target}", "{target|}"])
    func nothingFits(_ line: String) throws {
        let studio = try Studio(account: CommentTests.token(), machine: #", "comments": {"says": "\#(line)"}"#)
        #expect(studio.comment("hi", token: "ftc_live_x")["ignore_reason"]?.string == "nothing_to_say")
    }

    @Test("of four images one that is seen counts; more are not looked at")
    func vision() throws {
        let studio = try Studio(machine: CommentTests.machine)
        func comment(_ urls: String...) -> Answer { studio.comment("look", images: urls) }
        let unseen = "http://x.invalid/a.jpg"
        let seen = comment(unseen, "https://cdn.example/a.jpg")
        #expect(seen.seen == true)
        #expect(seen["comment"]?.string == "what a shot")
        let none = comment(unseen, unseen)
        #expect(none.seen == false)
        #expect(none["vision"]?["reason"]?.string == "vision_failed")
        #expect(none["comment"]?.string == "love this, all")
        #expect(comment(unseen, unseen, unseen, unseen, "https://cdn.example/a.jpg").seen == false)
    }

    @Test("with comment_once the character speaks once under a post")
    func once() throws {
        let studio = try Studio(
            machine: #", "comments": {"comment_once": true, "says": "one", "replies": "two"}"#)
        #expect(studio.comment("hi")["comment"]?.string == "one")
        #expect(studio.comment("hi")["ignore_reason"]?.string == "comment_once")
        #expect(studio.reply("yo")["reason"]?.string == "comment_once")
        #expect(studio.reply("yo", post: "p2")["reply"]?.string == "two")
        #expect(studio.comment("hi", post: "p2")["comment"]?.isNull == true)
    }

    @Test("a paused plan says nothing, a broke one is a 402, and only what is said is paid")
    func money() throws {
        let studio = try Studio(
            account: CommentTests.token(#""credits": 3"#),
            machine: CommentTests.machine.replacing("\"bow_out\"", with: CommentTests.engage + ", \"bow_out\""))
        let paused = studio.comment("hi", token: "ftc_test_x+paused")
        #expect(paused["comment"]?.isNull == true)
        #expect(paused["pause_reason"]?.string == "plan_limit")
        #expect(studio.reply("hi", token: "ftc_test_x+paused")["pause_reason"]?.string == "plan_limit")
        #expect(studio.engage(CommentTests.thread, token: "ftc_test_x+paused")["decision"]?.string == "skip")
        #expect(studio.comment("hi", token: "ftc_test_x+broke").code == "payment_required")

        #expect(studio.reply("scam", token: "ftc_live_x")["decision"]?.string == "bow_out")
        #expect(studio.comment("hi", token: "ftc_live_x").status == 200)
        #expect(studio.reply("hi", token: "ftc_live_x").status == 200)
        #expect(studio.engage(CommentTests.thread, token: "ftc_live_x")["reply"]?.string == "sure")
        let before = studio.control(.get, "demo", "snapshot").body
        for answer in [
            studio.comment("hi", token: "ftc_live_x"), studio.reply("hi", token: "ftc_live_x"),
            studio.engage(CommentTests.thread, post: "p2", token: "ftc_live_x"),
        ] {
            #expect(answer.status == 402)
            #expect(answer.code == "payment_required")
        }
        #expect(studio.control(.get, "demo", "snapshot").body == before)
        #expect(studio.engage(CommentTests.thread, token: "ftc_live_x")["reason"]?.string == "max_engagements_per_post")
    }

    @Test(
        "a wrong field is a 422 that names it",
        arguments: [
            ("comments", #"{"post_ref": "p"}"#, "platform: Field required"),
            ("comments", #"{"platform": "x", "post_ref": " "}"#, "post_ref: must not be empty"),
            ("comments", #"{"platform": "x", "post_ref": "p", "post": []}"#, "post: must be an object"),
            (
                "comments", #"{"platform": "x", "post_ref": "p", "post": {"caption": 1}}"#,
                "post.caption: must be a text"
            ),
            (
                "comments", #"{"platform": "x", "post_ref": "p", "post": {"image_urls": "u"}}"#,
                "post.image_urls: must be a list"
            ),
            (
                "comments", #"{"platform": "x", "post_ref": "p", "post": {"image_urls": [1]}}"#,
                "post.image_urls: each must be a text"
            ),
            ("comments/reply", #"{"platform": "x", "post_ref": "p"}"#, "replier_handle: Field required"),
            (
                "comments/reply", #"{"platform": "x", "post_ref": "p", "replier_handle": "k", "post": 1}"#,
                "post: must be an object"
            ),
            ("comments/engage", #"{"platform": "x", "post_ref": "p"}"#, "thread: Field required"),
            (
                "comments/engage", #"{"platform": "x", "post_ref": "p", "thread": []}"#,
                "thread: must have at least one comment"
            ),
            (
                "comments/engage", #"{"platform": "x", "post_ref": "p", "thread": [1]}"#,
                "thread: each must be an object"
            ),
            (
                "comments/engage",
                #"{"platform": "x", "post_ref": "p", "thread": [{"comment_ref": "c", "author_handle": "a"}]}"#,
                "thread[0].text: Field required"
            ),
            (
                "comments/engage",
                #"{"platform": "x", "post_ref": "p", "target_comment_ref": "d", "thread": [{"comment_ref": "c", "author_handle": "a", "text": "t"}]}"#,
                #"target_comment_ref: no comment of the thread is "d""#
            ),
        ])
    func fields(_ end: String, _ body: String, _ message: String) throws {
        let answer = try Studio(machine: CommentTests.machine).post(end, body)
        #expect(answer.status == 422)
        #expect(answer.message == message)
    }

    @Test("an answer names no more than twenty mistakes")
    func manyMistakes() throws {
        let rows = (0..<500).map { _ in "{}" }.joined(separator: ",")
        let answer = try Studio().post("comments/engage", #"{"platform": "x", "post_ref": "p", "thread": [\#(rows)]}"#)
        #expect(answer.status == 422)
        #expect(answer.message?.split(separator: ";").count == 20)
    }

    @Test("a thread has at most 10,000 comments")
    func manyRows() throws {
        func engage(_ count: Int) throws -> Answer {
            let row = #"{"comment_ref": "c", "author_handle": "a", "text": "t"}"#
            let rows = Array(repeating: row, count: count).joined(separator: ",")
            return try Studio(machine: CommentThreadTests.machine).engage("[\(rows)]")
        }
        #expect(try engage(10_000)["reason"]?.string == "no_target_selected")
        #expect(try engage(10_001).message == "thread: must have at most 10000")
    }

    static let engage = #""engage": {"when": {"pattern": "\\?"}, "says": "sure"}"#
    static let thread = #"[{"comment_ref": "c1", "author_handle": "dan", "text": "does it work?"}]"#

    static func token(_ more: String = #""credits": 0"#) -> String {
        #", "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", \#(more)}]"#
    }
}

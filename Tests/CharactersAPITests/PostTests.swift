import Crypto
import Dialogue
import HTTP
import JSON
import Store
import Support
import Testing

@testable import CharactersAPI

@Suite("Posts of the Characters API")
struct PostTests {
    private func studio(_ account: String = "", uploadBytes: Int = 10 << 20) throws -> Studio {
        try Studio(account: account, machine: Studio.posts, uploadBytes: uploadBytes)
    }

    // MARK: Which post

    @Test("the first idea that fits is posted, each once in a community, and then none is found")
    func usedUp() throws {
        let studio = try studio()
        #expect(studio.find().title == "Shoes")
        #expect(studio.find().title == "Habits")
        let answer = studio.find()
        #expect(answer.decision == "no_suitable_post_found")
        #expect(answer["post"]?.isNull == true)
        #expect(answer["gate"]?.string == "community")
        #expect(answer["blocking"]?["main"]?.string == "min_novelty")
        #expect(answer["blocking"]?["ideas"]?.integer == 3)
        #expect(answer["blocking"]?["writable_below_floors"]?.integer == 2)
        #expect(answer["drafts"]?.array?.isEmpty == true)
        #expect(studio.find("r/trails").title == "Shoes")
        #expect(studio.find(platform: "forum").title == "Shoes")
        #expect(studio.find(token: "ftc_test_b").title == "Shoes")
    }

    @Test("the answer has all members, in the form that clients read")
    func shape() throws {
        let answer = try studio().find(more: #", "flairs": ["Training", "Discussion"]"#)
        #expect(
            answer.text == """
                {"data":{"decision":"post","post":{"title":"Shoes","body":"Which ones?","flair":"Discussion"},\
                "gate":null,"vision":null,"analysis":null,"drafts":[],"draft":null,"draft_unavailable":null,\
                "thresholds":{"min_relevance":60,"min_novelty":50,"min_rule_compat":60},"blocking":null,\
                "ignore_reason":null,"pause_reason":null,"explain":null},"request_id":"\(answer.id ?? "")"}
                """)
        #expect(answer.fields[.requestID] == answer.id)
    }

    @Test(
        "the flair is the idea's where the community has it, else the community's first",
        arguments: [
            (#", "flairs": ["A", "Discussion"]"#, "Discussion"), (#", "flairs": ["discussion", "A"]"#, "discussion"),
            (#", "flairs": []"#, nil), ("", nil),
        ])
    func flair(_ flairs: String, _ flair: String?) throws {
        #expect(try studio().find(more: flairs)["post"]?["flair"]?.string == flair)
    }

    @Test(
        "conditions look at all texts that are told, however deep",
        arguments: [
            (#", "rules": ["no SHOES"]"#, ""), (#", "about": {"deep": [["shoes"]]}"#, ""),
            ("", #", "posts": {"recent": [{"title": "My shoes"}]}"#),
            ("", #", "top_comments": [{"post_title": "x", "comments": [{"text": "Shoes?"}]}]"#),
            ("", #", "brief": "about shoes""#),
        ])
    func texts(_ inCommunity: String, _ beside: String) throws {
        #expect(try studio().find("r/x", more: inCommunity, beside: beside).title == "Shoes")
    }

    @Test("names of members and texts that nobody asks for are not looked at")
    func otherTexts() throws {
        let others = #", "posts": {"shoes": 1}, "format": {"a": "shoes"}, "mode": "shoes""#
        #expect(try studio().find("r/x", beside: others).title == "Habits")
    }

    @Test("a community of ten thousand comments is read, and of a longer one the beginning")
    func large() throws {
        let rows = (1...10_000).map {
            #"{"post_title": "p\#($0)", "comments": [{"text": "well, \#($0), and so on and so forth"}]}"#
        }
        let studio = try studio()
        let comments = #", "top_comments": [\#(rows.joined(separator: ","))]"#
        #expect(studio.find("r/x", beside: comments + #", "brief": "shoes""#).title == "Habits")
        let some = #", "top_comments": [\#(rows.prefix(2_000).joined(separator: ","))]"#
        #expect(studio.find("r/y", beside: some + #", "brief": "shoes""#).title == "Shoes")
    }

    // MARK: Floors and drafts

    @Test("floors of a call stand in place of the machine's, each by itself, and are told")
    func floors() throws {
        let studio = try studio()
        let high = studio.find(beside: #", "thresholds": {"min_novelty": 100}"#)
        #expect(high.decision == "no_suitable_post_found")
        #expect(high["blocking"]?["main"]?.string == "min_novelty")
        #expect(high["blocking"]?["floors"]?["min_novelty"]?.integer == 4)
        #expect(high["blocking"]?["floors"]?["min_relevance"]?.integer == 1)
        #expect(high["thresholds"]?["min_novelty"]?.integer == 100)
        #expect(high["thresholds"]?["min_relevance"]?.integer == 60)
        #expect(studio.find(beside: #", "thresholds": {}"#).title == "Shoes")
        let low = studio.find("r/x", beside: #", "thresholds": {"min_novelty": 62.5, "min_relevance": 0}"#)
        #expect(low["thresholds"]?["min_novelty"]?.number == 62.5)
        #expect(low.title == "Habits")
    }

    @Test(
        "another floor or another value is a 400 before anything is paid",
        arguments: [
            (#"{"min_noveltyy": 1}"#, #"thresholds.min_noveltyy: there is no such floor; did you mean "min_novelty"?"#),
            (#"{"min_novelty": 101}"#, "thresholds.min_novelty: must be a number from 0 to 100, not 101.0"),
            (#"{"min_novelty": -0.5}"#, "thresholds.min_novelty: must be a number from 0 to 100, not -0.5"),
            (#"{"min_novelty": "60"}"#, "thresholds.min_novelty: must be a number from 0 to 100;"),
            (#"{"min_novelty": null}"#, "thresholds.min_novelty: must be a number from 0 to 100;"),
        ])
    func wrongFloors(_ thresholds: String, _ message: String) throws {
        let studio = try studio()
        let answer = studio.find(beside: #", "thresholds": \#(thresholds)"#, token: "ftc_test_a+broke")
        #expect(answer.status == 400)
        #expect(answer.message?.hasPrefix(message) == true, "\(answer.text)")
    }

    @Test("a refusal brings the best three drafts if they are asked for, with what held them back")
    func drafts() throws {
        let studio = try studio()
        let answer = studio.find(beside: #", "always_draft": true, "thresholds": {"min_novelty": 100}"#)
        let drafts = try #require(answer["drafts"]?.array)
        #expect(drafts.map { $0["title"]?.string } == ["Habits", "Shoes", "Dull"])
        #expect(answer["draft"]?.bytes == drafts[0].bytes)
        #expect(
            String(decoding: drafts[2].bytes, as: UTF8.self) == """
                {"title":"Dull","body":"Yes.","flair":null,"scores":{"relevance":50,"novelty":40.5,"rule_compat":100},\
                "verdicts":{"relevance":"below_floor","novelty":"below_floor","rule_compat":"passed"},\
                "flags":["min_relevance","min_novelty"]}
                """)
        #expect(answer["draft_unavailable"]?.isNull == true)
        // A draft is not a post: nothing is used up.
        #expect(studio.find().title == "Shoes")
    }

    @Test("without an idea there is no draft, and beside a post none is needed")
    func noDrafts() throws {
        let studio = try Studio(machine: #", "posts": {"ideas": []}"#)
        let answer = studio.find(beside: #", "always_draft": true"#)
        #expect(answer["draft"]?.isNull == true)
        #expect(answer["draft_unavailable"]?.string == "no_ideas")
        #expect(answer["blocking"]?["main"]?.string == "no_ideas")
        let post = try self.studio().find(beside: #", "always_draft": true"#)
        #expect(post.title == "Shoes")
        #expect(post["drafts"]?.array?.isEmpty == true)
        #expect(post["draft_unavailable"]?.isNull == true)
    }

    // MARK: A picture

    @Test("a picture that is seen is posted with an idea that takes one; for an unseen one nobody pays")
    func asset() throws {
        let studio = try studio(
            #", "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "credits": 1}]"#)
        func show(_ url: String) -> Answer {
            studio.find(beside: #", "asset": {"url": "\#(url)"}"#, token: "ftc_live_x")
        }
        let failed = show("https://a.invalid/x.jpg")
        #expect(failed.decision == "generation_failed")
        #expect(failed.seen == false)
        #expect(failed["vision"]?["reason"]?.string == "vision_failed")
        #expect(failed["gate"]?.isNull == true)
        let seen = show("https://a.example/x.jpg")
        #expect(seen.title == "Habits")
        #expect(seen.seen == true)
        #expect(show("https://a.example/x.jpg").status == 402)
    }

    @Test("ideas that are left for the other kind of post are an image-fit refusal")
    func imageFit() throws {
        let idea = #"{"title": "T", "body": "B", "image": true, "when": {"image": true}}"#
        let studio = try Studio(machine: #", "posts": {"ideas": [\#(idea)]}"#)
        let noIdea = studio.find()
        #expect(noIdea["gate"]?.string == "community")
        let plain = try Studio(machine: #", "posts": {"ideas": [{"title": "T", "body": "B", "image": true}]}"#)
        let answer = plain.find(beside: #", "always_draft": true"#)
        #expect(answer["gate"]?.string == "image_fit")
        #expect(answer["blocking"]?["main"]?.string == "image_fit")
        #expect(answer["blocking"]?["ideas"]?.integer == 1)
        #expect(answer["draft_unavailable"]?.string == "no_ideas")
        let asset = #", "asset": {"url": "https://a.example/x.jpg"}"#
        #expect(plain.find(beside: asset).title == "T")
        #expect(plain.find(beside: asset)["blocking"]?["main"]?.string == "used_up")
    }

    // MARK: The read of a community

    @Test("the read of a community is reused while what is told of it is the same")
    func analysis() throws {
        let studio = try studio()
        func read(_ more: String = "", _ beside: String = "") -> JSONValue? {
            studio.find(more: more, beside: #", "reuse_analysis": true\#(beside)"#)["analysis"]
        }
        #expect(read()?["reused"]?.bool == false)
        #expect(read()?["reused"]?.bool == true)
        studio.clock.advance(seconds: 61)
        #expect(read()?["age_seconds"]?.integer == 61)
        #expect(read(#", "rules": ["new"]"#)?["reused"]?.bool == false)
        #expect(read("", #", "posts": {}"#)?["reused"]?.bool == false)
        #expect(read("", #", "thresholds": {"min_novelty": 1}"#)?["reused"]?.bool == true)
        for beside in [#", "brief": "x""#, #", "asset": {"url": "https://a.example/x.jpg"}"#] {
            #expect(read("", beside)?.isNull == true)
        }
        #expect(studio.find(beside: #", "reuse_analysis": false"#)["analysis"]?.isNull == true)
    }

    // MARK: Who pays, and when nothing is looked for

    @Test("each answer with a decision costs once, a refusal too")
    func credits() throws {
        let studio = try studio(
            #", "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "credits": 3}]"#)
        let decisions = (1...4).map { _ in studio.find(token: "ftc_live_x") }
        #expect(decisions.map(\.status) == [200, 200, 200, 402])
        #expect(decisions[2].decision == "no_suitable_post_found")
        #expect(decisions[3].code == "payment_required")
    }

    @Test("a character without posts, and one whose plan is paused, look for nothing and cost nothing")
    func nothing() throws {
        let off = try Studio().find(token: "ftc_test_a+broke")
        #expect(off.status == 200)
        #expect(off["decision"]?.isNull == true)
        #expect(off.reason == "posts_disabled")
        #expect(off["explain"]?.string?.contains("\"posts\"") == true)
        let studio = try studio()
        let paused = studio.find(token: "ftc_test_a+paused")
        #expect(paused["decision"]?.isNull == true)
        #expect(paused.reason == "plan_limit")
        #expect(studio.find(token: "ftc_test_a+broke").status == 402)
    }

    @Test("mock answers the same for any token, and keeps nothing")
    func mock() throws {
        let studio = try Studio(persona: #", "platforms": {}"#)
        let answer = studio.find("r/test_a", beside: #", "asset": {"url": "x"}"#, mode: "mock")
        #expect(answer.title == "mock title")
        #expect(answer.seen == true)
        #expect(answer["thresholds"]?["min_novelty"]?.integer == 60)
        #expect(studio.find("test_b", mode: "mock").title == "mock title")
        #expect(studio.find("r/test_a", token: "ftc_test_a+broke", mode: "mock").status == 200)
        #expect(studio.find("r/test_a", beside: #", "thresholds": {"a": 1}"#, mode: "mock").status == 400)
    }

    @Test("in a test mode the community begins with test_, and the mode sandbox uses up ideas of its own")
    func modes() throws {
        let studio = try studio()
        for mode in ["mock", "sandbox"] {
            let answer = studio.find(mode: mode)
            #expect(answer.status == 400)
            #expect(
                answer.message?.hasPrefix("community.ref must begin with test_ in the mode \(mode)") == true)
        }
        #expect(studio.find("r/test_x", mode: "sandbox").title == "Habits")
        #expect(studio.find("r/test_x", mode: "sandbox").decision == "no_suitable_post_found")
        #expect(studio.find("r/test_x").title == "Habits")
    }

    @Test(
        "a wrong field is a 422 that names it",
        arguments: [
            (#"{"community": {"ref": "r/x"}}"#, "platform: Field required"),
            (#"{"platform": "reddit"}"#, "community: Field required"),
            (#"{"platform": "reddit", "community": "r/x"}"#, "community: must be an object"),
            (#"{"platform": "reddit", "community": {}}"#, "community.ref: Field required"),
            (
                #"{"platform": "reddit", "community": {"ref": 1, "flairs": "a"}}"#,
                "community.ref: must be a text; community.flairs: must be a list"
            ),
            (#"{"platform": "reddit", "community": {"ref": "a", "flairs": [1]}}"#, "community.flairs: each must be"),
            (Studio.told(#", "posts": []"#), "posts: must be an object"),
            (Studio.told(#", "top_comments": {}"#), "top_comments: must be a list"),
            (Studio.told(#", "format": 1"#), "format: must be an object"),
            (Studio.told(#", "brief": 1"#), "brief: must be a text"),
            (Studio.told(#", "mode": {}"#), "mode: must be a text"),
            (Studio.told(#", "asset": "x""#), "asset: must be an object"),
            (Studio.told(#", "asset": {}"#), "asset.url: Field required"),
            (Studio.told(#", "reuse_analysis": "yes""#), "reuse_analysis: must be true or false"),
            (Studio.told(#", "always_draft": 1"#), "always_draft: must be true or false"),
            (Studio.told(#", "thresholds": []"#), "thresholds: must be an object"),
        ])
    func wrong(_ body: String, _ message: String) throws {
        let answer = try studio().post("posts", body)
        #expect(answer.status == 422)
        #expect(answer.code == "validation_error")
        #expect(answer.message?.hasPrefix(message) == true, "\(answer.text)")
    }

    @Test("a platform without a binding is a 404, and the machine of the platform decides")
    func platforms() throws {
        let studio = try Studio(
            persona: #", "platforms": {"reddit": "dm", "forum": "bare"}"#, machine: Studio.posts)
        #expect(studio.find().title == "Shoes")
        #expect(studio.find(platform: "forum").reason == "posts_disabled")
        #expect(studio.find(platform: "threads").status == 404)
    }

    @Test("faults meet a post by its persona, and the journal knows it")
    func faults() throws {
        let studio = try studio()
        _ = studio.find()
        let fault = #"{"kind": "status", "status": 503, "match": {"persona": "maya"}, "count": 1}"#
        #expect(studio.control(.post, "ftc_test_a", "faults", Array(fault.utf8)).status.code < 300)
        let answer = studio.find()
        #expect(answer.status == 503)
        #expect(answer.code == "service_unavailable")
        #expect(studio.find().title == "Habits")
        let journal = String(
            decoding: studio.control(.get, "ftc_test_a", "journal").body, as: UTF8.self)
        #expect(journal.contains(#""persona":"maya""#), "\(journal.prefix(600))")
    }

    @Test("the self-test says whether the character writes posts")
    func selfTest() throws {
        #expect(try studio().get("self-test")["settings"]?["posts"]?.bool == true)
        #expect(try Studio().get("self-test")["settings"]?["posts"]?.bool == false)
    }
}

extension Answer {
    fileprivate var decision: String? { self["decision"]?.string }
    fileprivate var title: String? { self["post"]?["title"]?.string }
}

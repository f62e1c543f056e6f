import Dialogue
import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Follow-ups of the Characters API")
struct FollowUpTests {
    private static let ladder = """
        , "nudge": {"says": ["never said here"]},
        "follow_ups": {"steps": [{"after_hours": 24, "says": ["still there?", "hello?"]},
                                 {"after_hours": 72, "says": [{"bubbles": ["you around?", "no rush"]}]},
                                 {"after_hours": 1, "says": ["last one"]}],
                       "min_spacing_hours": 100, "max_per_90d": 2}
        """

    private func items(_ studio: Studio, _ query: String = "platform=instagram", mode: String? = nil) -> [JSONValue] {
        studio.get("followups", query: query, mode: mode)["followups"]?.array ?? []
    }

    private func messages(_ studio: Studio, _ query: String = "platform=instagram") -> [String] {
        items(studio, query).compactMap { $0["message"]?.string }
    }

    private func ack(_ studio: Studio, _ id: String, token: String = "ftc_test_a") -> Answer {
        studio.post("followups/\(id)/ack", "", token: token)
    }

    @Test("a lead who has been quiet for the hours of the step is listed, the same at each pull, until the ack")
    func listed() throws {
        let studio = try Studio()
        #expect(messages(studio) == [])
        let session = studio.chat("hi").session
        studio.clock.advance(seconds: 24 * 3_600 - 1)
        #expect(messages(studio) == [])
        studio.clock.advance(seconds: 1)
        let item = try #require(items(studio).first)
        #expect(
            item.members?.map(\.key) == [
                "id", "handle", "message", "platform", "session_id", "own_username", "status", "created_at",
            ])
        #expect(item["handle"]?.string == "sam")
        #expect(item["message"]?.string == "still there?")
        #expect(item["session_id"]?.string == session)
        #expect(item["status"]?.string == "PENDING")
        studio.clock.advance(hours: 5)
        #expect(items(studio).first?["created_at"]?.string == item["created_at"]?.string)
        #expect(messages(studio) == ["still there?"])
        #expect(try studio.sessions().map(\.session.turnCount) == [1])

        let id = try #require(item["id"]?.string)
        #expect(id.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 122 })
        for _ in 1...2 {
            let acked = ack(studio, id)
            #expect(acked["id"]?.string == id)
            #expect(acked["status"]?.string == "DELIVERED")
        }
        #expect(messages(studio) == [])
        #expect(try studio.sessions().map(\.session.turnCount) == [2])
    }

    @Test("the ladder goes on step by step, with its spacing and its limit of 90 days")
    func steps() throws {
        let studio = try Studio(entries: FollowUpTests.ladder)
        _ = studio.chat("hi")
        studio.clock.advance(hours: 24)
        #expect(messages(studio) == ["still there?"])
        _ = ack(studio, try #require(items(studio).first?["id"]?.string))
        studio.clock.advance(hours: 99)
        #expect(messages(studio) == [])
        studio.clock.advance(hours: 1)
        #expect(messages(studio) == ["you around? ||| no rush"])
        _ = ack(studio, try #require(items(studio).first?["id"]?.string))
        studio.clock.advance(hours: 100)
        #expect(messages(studio) == [])
        studio.clock.advance(hours: 90 * 24 - 200)
        #expect(messages(studio) == ["last one"])
        _ = ack(studio, try #require(items(studio).first?["id"]?.string))
        studio.clock.advance(hours: 24 * 365)
        #expect(messages(studio) == [])
    }

    @Test("what the lead writes takes the follow-up from the list; a late ack counts")
    func late() throws {
        let studio = try Studio(entries: FollowUpTests.ladder)
        _ = studio.chat("hi")
        studio.clock.advance(hours: 24)
        let id = try #require(items(studio).first?["id"]?.string)
        _ = studio.chat("here I am")
        #expect(messages(studio) == [])
        #expect(ack(studio, id).status == 200)
        studio.clock.advance(hours: 100)
        #expect(messages(studio) == ["you around? ||| no rush"])
        #expect(ack(studio, id).status == 200)
    }

    @Test("an ended conversation has none, and a payment that moves it counts as its last turn")
    func ended() throws {
        let studio = try Studio()
        _ = studio.chat("deal", "a")
        _ = studio.chat("hi", "b")
        studio.clock.advance(hours: 12)
        _ = studio.pay("purchase", "1", "b", more: #", "amount": 20"#)
        studio.clock.advance(hours: 12)
        #expect(messages(studio) == [])
        studio.clock.advance(hours: 12)
        #expect(items(studio).compactMap { $0["handle"]?.string } == ["b"])
    }

    @Test(
        "what is no follow-up of this character, or was never due, is a 404",
        arguments: [
            "fu_1", "5", "%00", "%FF", "fu_00000000000000000000000000000000_0_1", "a%2Fb", "..", "%F0%9F%94%A5",
        ])
    func unknown(_ id: String) throws {
        let studio = try Studio()
        _ = studio.chat("hi")
        let answer = ack(studio, id)
        #expect(answer.status == 404)
        #expect(answer.code == "not_found")
    }

    @Test("an id is good for its own character, its own step and its own turn")
    func wrong() throws {
        let studio = try Studio()
        _ = studio.chat("hi")
        studio.clock.advance(hours: 24)
        let id = try #require(items(studio).first?["id"]?.string)
        let stem = id.dropLast(3)
        for other in ["\(stem)0_2", "\(stem)1_1", "\(stem)00_1", "\(stem)0_0", id.uppercased()] {
            #expect(ack(studio, other).status == 404, "\(other)")
        }
        _ = studio.chat("hi", token: "ftc_test_b")
        #expect(ack(studio, id, token: "ftc_test_b").status == 404)
        #expect(ack(studio, id).status == 200)
    }

    @Test("a sweep queues leads that have been quiet for its hours, each for a credit")
    func sweep() throws {
        let studio = try Studio(
            account: """
                , "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "credits": 4}]
                """)
        func sweep(_ more: String) -> Int? {
            studio.post("followups/sweep", #"{"platform": "instagram"\#(more)}"#, token: "ftc_live_x")["queued"]?
                .integer
        }
        for handle in ["a", "b", "c"] { _ = studio.chat("hi", handle, token: "ftc_live_x") }
        #expect(sweep("") == 0)
        #expect(sweep(#", "idle_hours": 0, "limit": 1"#) == 1)
        let listed = studio.get("followups", query: "platform=instagram", token: "ftc_live_x")["followups"]?.array
        #expect(listed?.compactMap { $0["handle"]?.string } == ["a"])
        let refused = studio.post(
            "followups/sweep", #"{"platform": "instagram", "idle_hours": 0}"#, token: "ftc_live_x")
        #expect(refused.status == 402)
    }

    @Test("the list keeps to platform, mode, account and limit, those due first")
    func filtered() throws {
        let studio = try Studio(persona: #", "character": {"separate_sessions_per_account": true}"#)
        _ = studio.chat("hi", "a", own: "one")
        studio.clock.advance(hours: 1)
        _ = studio.chat("hi", "b", own: "two")
        _ = studio.chat("hi", "c")
        _ = studio.chat("hi", "d", platform: "threads")
        _ = studio.chat("hi", "test_e", mode: "sandbox")
        studio.clock.advance(hours: 25)
        func handles(_ query: String, mode: String? = nil) -> [String] {
            items(studio, query, mode: mode).compactMap { $0["handle"]?.string }
        }
        #expect(handles("platform=instagram") == ["a", "b", "c"])
        #expect(handles("platform=instagram&limit=2") == ["a", "b"])
        #expect(handles("platform=instagram&own_username=two") == ["b", "c"])
        #expect(handles("platform=threads") == ["d"])
        #expect(handles("platform=instagram", mode: "sandbox") == ["test_e"])
        for query in ["", "platform=", "platform=instagram&limit=0", "platform=instagram&limit=x"] {
            #expect(studio.get("followups", query: query).status == 422, "\(query)")
        }
    }

    @Test("mock lists one item with bubbles and no message, and takes any ack")
    func mock() throws {
        let studio = try Studio()
        let item = try #require(items(studio, mode: "mock").first)
        #expect(item["id"]?.string == "fu_test")
        #expect(item["bubbles"]?.array?.isEmpty == false)
        #expect(item["message"] == nil)
        #expect(studio.post("followups/fu_test/ack", "{}", mode: "mock")["status"]?.string == "DELIVERED")
        #expect(
            studio.post("followups/sweep", #"{"platform": "instagram"}"#, mode: "mock")["queued"]?.integer == 1)
    }

    @Test("a machine without a ladder and without a nudge has none")
    func none() throws {
        let studio = try Studio(persona: #", "platforms": {"instagram": "bare"}"#)
        _ = studio.chat("hi")
        studio.clock.advance(hours: 1_000)
        #expect(messages(studio) == [])
    }

    @Test(
        "a mistake in the ladder is told",
        arguments: [
            (#", "follow_ups": {}"#, #"the follow-ups has no "steps""#),
            (#", "follow_ups": {"steps": [{"says": ["a"]}]}"#, #"a step has no "after_hours""#),
            (#", "follow_ups": {"steps": [{"after_hours": -1, "says": ["a"]}]}"#, "must be between 0"),
            (#", "follow_ups": {"steps": [], "max_per_90": 1}"#, #"did you mean "max_per_90d"?"#),
            (
                #", "follow_ups": {"steps": [{"after_hours": 1, "says": ["{nobody}"]}]}"#,
                "unknown placeholder {nobody}"
            ),
        ])
    func mistakes(_ member: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) { _ = try Studio(entries: member) }
        #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
    }
}

extension TestClock {
    func advance(hours: Int64) { advance(seconds: hours * 3_600) }
}

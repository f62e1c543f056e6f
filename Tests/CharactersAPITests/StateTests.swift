import Dialogue
import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("What the Characters API keeps")
struct StateTests {
    private func lived(_ studio: Studio, _ token: String = "ftc_test_a") {
        for _ in 1...2 { _ = studio.chat("hi", own: "one", token: token) }
        _ = studio.trigger("reaction", "t1", token: token)
        for _ in 1...2 { _ = studio.chat("same", token: token) }
        _ = studio.pay("refund", "p1", token: token)
        _ = studio.comment("hi", token: token)
        for _ in 1...2 { _ = studio.reply("hi", token: token) }
        _ = studio.engage(CommentTests.thread, token: token)
        _ = studio.find(beside: #", "reuse_analysis": true"#, token: token)
        studio.clock.advance(hours: 25)
    }

    /// What calls tell of the state that was kept.
    private func told(_ studio: Studio, _ token: String) -> [String] {
        let list = studio.get("followups", query: "platform=instagram", token: token)["followups"]?.array ?? []
        let post = studio.find(beside: #", "reuse_analysis": true"#, token: token)
        return [
            studio.chat("same", token: token).reason ?? "said",
            studio.trigger("reaction", "t1", token: token)["deduped"]?.bool == true ? "deduped" : "taken",
            studio.pay("refund", "p1", token: token)["deduped"]?.bool == true ? "deduped" : "applied",
            list.map { "\($0["message"]?.string ?? "") \($0["own_username"]?.string ?? "")" }.joined(),
            studio.comment("hi", token: token)["comment"]?.string ?? "",
            studio.reply("hi", token: token)["reason"]?.string ?? "replied",
            studio.engage(CommentTests.thread, token: token)["reason"]?.string ?? "engaged",
            post["post"]?["title"]?.string ?? "", "\(post["analysis"]?["age_seconds"]?.integer ?? -1)",
        ]
    }

    private static let kept = [
        "duplicate_message", "deduped", "deduped", "still there? one", "so good", "max_replies_per_author",
        "max_engagements_per_post", "Habits", "90000",
    ]
    private static let machine =
        CommentTests.machine.replacing("\"bow_out\"", with: "\(CommentTests.engage), \"bow_out\"") + Studio.posts

    @Test("a snapshot has all of it", arguments: [false, true])
    func snapshot(_ isStored: Bool) throws {
        let studio = try Studio(
            machine: StateTests.machine, store: isStored ? SQLiteStore(path: ":memory:") : MemoryStore())
        lived(studio)
        let snapshot = studio.control(.get, "ftc_test_a", "snapshot")
        #expect(snapshot.status == .ok)
        let restored = studio.control(.put, "ftc_test_b", "snapshot", snapshot.body)
        #expect(restored.status == .ok, "\(String(decoding: restored.body, as: UTF8.self).prefix(300))")
        #expect(told(studio, "ftc_test_b") == StateTests.kept)
        #expect(told(studio, "ftc_test_a") == StateTests.kept)
    }

    @Test("a reset removes all of it")
    func reset() throws {
        let studio = try Studio(machine: StateTests.machine)
        lived(studio)
        #expect(studio.control(.post, "ftc_test_a", "reset").status.code < 300)
        _ = studio.chat("hi")
        #expect(
            told(studio, "ftc_test_a") == [
                "said", "taken", "applied", "", "love this, all", "replied", "engaged", "Shoes", "0",
            ])
    }

    @Test("a call that the store does not keep is a 503 in the envelope, and has changed nothing")
    func failing() throws {
        let store = FailingStore(MemoryStore())
        let studio = try Studio(machine: StateTests.machine, store: store)
        lived(studio)
        let item = studio.get("followups", query: "platform=instagram")["followups"]?.array?.first
        let id = try #require(item?["id"]?.string)
        let calls: [() -> Answer] = [
            { studio.chat("other") }, { studio.trigger("reaction", "t2") }, { studio.pay("purchase", "p2") },
            { studio.find("r/new", beside: #", "reuse_analysis": true"#) },
            { studio.trigger("outreach", "t3", "new") }, { studio.post("followups/\(id)/ack", "") },
            { studio.post("followups/sweep", #"{"platform": "instagram", "idle_hours": 0}"#) },
            { studio.comment("hi", post: "p2") }, { studio.reply("hi", post: "p2") },
            { studio.engage(CommentTests.thread, post: "p2") },
        ]
        for (place, call) in calls.enumerated() {
            store.fail(in: .max / 2)
            let before = studio.control(.get, "ftc_test_a", "snapshot").body
            for number in 1... {
                store.fail(in: number)
                let answer = call()
                guard store.hasFailed else {
                    // All its calls of the store were tried; now it was kept.
                    #expect(answer.status == 200, "\(answer.text)")
                    break
                }
                #expect(answer.status == 503)
                #expect(answer.code == "service_unavailable")
                #expect(answer.fields[.requestID] == answer.id)
                store.fail(in: .max / 2)
                let isSame = studio.control(.get, "ftc_test_a", "snapshot").body == before
                #expect(isSame, "call \(place), failing at \(number)")
            }
        }
    }

    @Test("the same seed, clock and calls give the same answers, but for names of the sandbox")
    func same() throws {
        let (one, other) = (try Studio(machine: StateTests.machine), try Studio(machine: StateTests.machine))
        for call in [
            { $0.chat("hi") }, { $0.trigger("outreach", "1", "x") }, { $0.chat("") },
            { $0.comment("hi") }, { $0.reply("hi") },
        ] as [(Studio) -> Answer] {
            #expect(call(one).body == call(other).body)
        }
    }
}

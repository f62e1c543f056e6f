import JSON
import Testing

@testable import Store

@Suite("A damaged database") struct DamageTests {
    /// Sam has said three things, and a turn of that history is gone; Eve's history is whole.
    private func withDamage(_ body: (TestClient, SQLiteStore) throws -> Void) throws {
        let store = try SQLiteStore(path: ":memory:")
        let client = try TestClient(store: store)
        for player in ["sam", "eve"] {
            client.begin(player: player)
            for _ in 0..<3 { client.say("hm", player: player) }
        }
        try store.database.run("DELETE FROM turns WHERE id = 2")
        try body(client, store)
        try store.close()
    }

    @Test("a request that meets damage gets a 503 that does not ask to try again")
    func text() throws {
        try withDamage { client, _ in
            let answer = client.look("history")
            #expect(answer.status == 503)
            #expect(
                answer.error == "The server's database is damaged, and trying again does not help. Nothing of the "
                    + "request was kept; the server's log says what is damaged")
        }
    }

    @Test("the log has one line for damage, however many requests meet it")
    func logged() throws {
        try withDamage { client, _ in
            for _ in 0..<20 { #expect(client.look("history").status == 503) }
            #expect(
                client.warnings == [
                    "the database :memory: is damaged: turn 2 is missing; stop the server and run "
                        + "'foilmock check --db :memory:', which reports all of the damage"
                ])
        }
    }

    @Test("others are served as before, and a reset helps the player whose history is damaged")
    func others() throws {
        try withDamage { client, _ in
            #expect(client.look("history", player: "eve")["messages"]?.array?.count == 7)
            #expect(client.reset().status == 200)
            for _ in 0..<5 { #expect(client.say("hm", player: "eve").status == 200) }
            #expect(client.begin().status == 200)
            #expect(client.look("history").status == 200)
        }
    }

    @Test("different damage is logged in lines of its own, up to 100")
    func many() throws {
        try withDamage { client, store in
            for row in 0..<150 {
                try store.database.run("UPDATE sessions SET last_turn = \(1_000 + row)")
                #expect(client.look("history").status == 503)
            }
            #expect(client.warnings.count == 100)
        }
    }
}

import JSON
import Testing

@Suite("Directives that ask for an error")
struct ErrorDirectiveTests {
    static let statuses = [400, 404, 429, 500, 502, 503, 599]

    @Test("[[error N]] answers that status each time, and makes no turn", arguments: statuses)
    func always(_ status: Int) throws {
        let client = try TestClient()
        client.begin()
        let before = (client.look("session").text, client.look("history").text)
        for _ in 0..<3 {
            let answer = client.say("friend [[error \(status)]]")
            #expect(answer.status == status)
            #expect(answer.error == "The message asked for this error")
        }
        #expect((client.look("session").text, client.look("history").text) == before)
        #expect(client.say("friend")["decision"]?.string == "pass")
    }

    @Test("[[error N x1]] answers that status to the first delivery of a message, and the next is answered")
    func once() throws {
        let client = try TestClient()
        client.begin()
        #expect(client.say("friend [[error 503 x1]]").status == 503)
        #expect(client.look("history")["messages"]?.array?.count == 1)
        let answer = client.say("friend [[error 503 x1]]")
        #expect(answer["current_state"]?.string == "yard")
        let messages = client.look("history")["messages"]?.array
        #expect(messages?.count == 3)
        #expect(messages?[1]["content"]?.string == "friend [[error 503 x1]]", "as it was sent")
        #expect(client.say("hello [[error 503 x1]]").status == 503, "another message")
    }

    @Test("deliveries are counted for each player and account")
    func apart() throws {
        let client = try TestClient()
        for (player, key) in [("sam", "pk_test_a"), ("ann", "pk_test_a"), ("sam", "pk_test_b")] {
            client.begin(player: player, key: key)
            #expect(client.say("[[error 500 x1]]", player: player, key: key).status == 500)
        }
        #expect(client.say("[[error 500 x1]]").status == 200)
    }

    @Test("[[error N]] beside a decision makes no turn")
    func beside() throws {
        let client = try TestClient()
        client.begin()
        #expect(client.say("[[pass]] [[error 500]]").status == 500)
        #expect(client.look("session")["current_state"]?.string == "door")
        #expect(client.say("[[pass]] [[error 500 x1]]").status == 500)
        #expect(client.say("[[pass]] [[error 500 x1]]")["current_state"]?.string == "yard")
    }

    @Test("[[follow_up]] asks a follow-up over the API")
    func followUp() throws {
        let client = try TestClient()
        client.begin()
        let answer = client.say("friend [[follow_up]]")
        expect(answer, ["decision": "null", "follow_up": "true", "current_state": #""door""#, "redirect_count": "0"])
        #expect(client.look("history")["messages"]?.array?.last?["follow_up_triggered"]?.shown == "true")
    }

    @Test("an account without directives takes them as words")
    func off() throws {
        let client = try TestClient()
        client.begin(key: "pk_live_other")
        #expect(client.say("[[error 503]]", key: "pk_live_other")["decision"]?.string == "redirect")
        #expect(client.say("[[nonsense]]", key: "pk_live_other").status == 200)
    }
}

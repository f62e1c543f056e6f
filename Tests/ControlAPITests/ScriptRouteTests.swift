import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Scripts over HTTP")
struct ScriptRouteTests {
    @Test("a script can be added, read, used and deleted")
    func life() throws {
        let client = try ControlClient()
        let added = client.control(
            .post, "/sandboxes/pk_test_a/scripts",
            #"{"player":"sam","steps":[{"decision":"pass","reply":"Go on in."},{"error":503}]}"#)
        #expect(
            added.text == """
                {"id":"s1","player":"sam","persona":null,"steps":[\
                {"decision":"pass","follow_up":false,"reply":"Go on in.","error":null,"message":null},\
                {"decision":null,"follow_up":false,"reply":null,"error":503,"message":null}],"left":2}
                """)
        client.begin()
        let answer = client.say("anything")
        #expect(answer["message"]?.string == "Go on in.")
        #expect(answer["outcome"]?.string == "REJECT")
        #expect(client.control(.get, "/sandboxes/pk_test_a/scripts/s1")["left"]?.integer == 1)
        #expect(client.control(.get, "/sandboxes/pk_test_a")["scripts"]?.integer == 1)
        #expect(client.control(.delete, "/sandboxes/pk_test_a/scripts/s1").text == #"{"deleted":"s1"}"#)
        #expect(client.control(.get, "/sandboxes/pk_test_a/scripts").text == #"{"scripts":[]}"#)
        #expect(client.control(.delete, "/sandboxes/pk_test_a/scripts/s1").status == 404)
        #expect(client.control(.get, "/sandboxes/pk_test_a/scripts/s1").status == 404)
    }

    @Test("both APIs take steps of a script, and word its errors in their own way")
    func dialects() throws {
        let client = try ControlClient()
        client.control(
            .post, "/sandboxes/pk_test_a/scripts",
            #"{"steps":[{"error":503,"message":"Away"},{"error":418},{"reply":"Scripted."}]}"#)
        client.begin()
        let first = client.say("hello")
        #expect((first.status, first.error) == (503, "Away"))
        func chat() -> Answer {
            client.send(
                .post, "/@pk_test_a/api/v1/bot/chat", "target=ann&message=hello",
                fields: ["X-API-Key": "ft_sk_demo", "Content-Type": "application/x-www-form-urlencoded"])
        }
        let second = chat()
        #expect((second.status, second.text) == (418, #"{"detail":"A script asked for this error"}"#))
        #expect(chat()["reply"]?.string == "Scripted.")
        #expect(client.control(.get, "/sandboxes/pk_test_a/scripts/s1")["left"]?.integer == 0)
        #expect(client.control(.get, "/sandboxes/pk_test_a")["scripts"]?.integer == 0)
    }

    @Test("a turn that is not stored gives its step back")
    func unkept() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.begin()
        client.control(.post, "/sandboxes/pk_test_a/scripts", #"{"steps":[{"reply":"Once."}]}"#)
        var call = 1
        repeat {
            store.fail(in: call)
            call += 1
        } while client.say("hello").status == 503
        store.fail(in: 1_000_000)
        #expect(call > 2)
        #expect(client.lines() == ["hello"])
        #expect(client.history()["messages"]?.array?.last?["content"]?.string == "Once.")
    }

    @Test("a mistake is refused with its path, and a sandbox that does not exist has no scripts")
    func refused() throws {
        let client = try ControlClient()
        let wrong = client.control(.post, "/sandboxes/pk_test_a/scripts", #"{"steps":[{"decision":"pas"}]}"#)
        #expect(wrong.status == 400)
        #expect(wrong.error?.hasPrefix("$.steps[0].decision: ") == true)
        #expect(wrong.error?.hasSuffix("did you mean \"pass\"?") == true)
        #expect(client.control(.get, "/sandboxes/nobody/scripts").status == 404)
        #expect(client.control(.delete, "/sandboxes/nobody/scripts").status == 404)
        #expect(client.control(.delete, "/sandboxes/pk_test_a/scripts").text == #"{"deleted":"scripts"}"#)
    }
}

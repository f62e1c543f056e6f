import ControlAPI
import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Snapshots over HTTP")
struct SnapshotRouteTests {
    private static let path = "/sandboxes/pk_test_a/snapshot"

    @Test("a snapshot restored on a fresh server is the same to the byte, and players go on")
    func fresh() throws {
        let client = try ControlClient()
        client.begin()
        client.say("hm")
        client.freeze()
        let taken = client.control(.get, Self.path)
        let other = try ControlClient()
        #expect(other.control(.put, Self.path, taken.text).text == taken.text)
        #expect(other.control(.get, Self.path).text == taken.text)
        #expect(other.history().text == client.history().text)
        #expect(other.say("hm")["message"]?.string == "Two.")
        #expect(other.time() == "2026-03-10T12:00:00Z")
    }

    @Test("a restore that is not stored changes nothing")
    func unkept() throws {
        let client = try ControlClient()
        client.begin()
        client.say("hm")
        let taken = client.control(.get, Self.path).text
        let store = FailingStore(MemoryStore())
        let other = try ControlClient(store: store)
        other.begin(player: "ann")
        let before = other.control(.get, Self.path).text
        var call = 1
        store.fail(in: call)
        while other.control(.put, Self.path, taken).status == 503 {
            #expect(other.control(.get, Self.path).text == before)
            call += 1
            store.fail(in: call)
        }
        store.fail(in: 1_000_000)
        #expect(call > 5)
        #expect(other.control(.get, Self.path).text == taken)
    }

    @Test("only an authorized PUT of a snapshot may have a larger body than other calls")
    func large() throws {
        var options = Control.Options(token: ControlClient.token)
        options.snapshotBytes = 1_234_567
        let client = try ControlClient(options: options)
        func plan(_ method: HTTP.Method, _ path: String, _ fields: [String: String]) -> BodyPlan {
            client.dispatcher.bodyPlan(
                for: ControlClient.request(method, "/_foilmock/v1\(path)", "", fields: fields).head)
        }
        #expect(plan(.put, Self.path, ControlClient.guardedFields) == .spool(limit: 1_234_567))
        let standard = BodyPlan.collect(limit: 1 << 20)
        #expect(plan(.put, Self.path, ["Host": "localhost"]) == standard)
        #expect(plan(.put, "/sandboxes/pk_test_a/seed", ControlClient.guardedFields) == standard)
        #expect(plan(.get, Self.path, ControlClient.guardedFields) == standard)
    }

    @Test("a sandbox that does not exist has no snapshot, and an invalid snapshot is refused")
    func refused() throws {
        let client = try ControlClient()
        #expect(client.control(.get, Self.path).status == 404)
        let answer = client.control(.put, Self.path, "{}")
        #expect(answer.status == 400)
        #expect(answer.error?.hasPrefix("$: a snapshot has no \"kind\"") == true)
    }
}

import Dialogue
import HTTP
import JSON
import Store
import Support
import Testing

@testable import Emulator

@Suite("Keys for a page")
struct PageKeyTests {
    private func key(_ client: ControlClient, of sandbox: String = "demo") -> String {
        client.control(.post, "/sandboxes/\(sandbox)/keys")["key"]?.string ?? ""
    }

    @Test("a key acts for the sandbox's account, named or open", arguments: ["demo", "pk_test_a", "cart"])
    func acts(_ sandbox: String) throws {
        let client = try ControlClient()
        client.control(.post, "/sandboxes/\(sandbox)/reset")
        let key = key(client, of: sandbox)
        #expect(client.begin(key: key).status == 200)
        #expect(client.say("gold", key: key)["decision"]?.string == "pass")
        #expect(client.control(.get, "/sandboxes/\(sandbox)")["sessions"]?.integer == 1)
    }

    @Test("keys are long, random and never the same")
    func random() throws {
        let client = try ControlClient()
        let keys = (0..<20).map { _ in key(client) }
        #expect(Set(keys).count == 20)
        #expect(keys.allSatisfy { $0.hasPrefix("fmk_page_") && $0.utf8.count == 89 })
    }

    @Test("a key says when it ends in the real time, and is unknown from then on")
    func ends() throws {
        let client = try ControlClient()
        client.freeze("demo", "2030-01-01T00:00:00Z")
        let made = client.control(.post, "/sandboxes/demo/keys")
        #expect(made["expires_at"]?.string == "2026-03-11T00:00:00Z")
        let key = made["key"]?.string ?? ""
        client.clock.advance(seconds: 12 * 3_600 - 1)
        #expect(client.begin(key: key).status == 200)
        client.clock.advance(seconds: 1)
        #expect(client.begin(key: key).status == 401)
    }

    @Test("a key that differs in one sign is unknown, and so is one in capitals")
    func forged() throws {
        let client = try ControlClient()
        let key = key(client)
        #expect(client.begin(key: key).status == 200)
        let place = "fmk_page_".utf8.count
        for number in place..<key.utf8.count {
            var bytes = Array(key.utf8)
            bytes[number] = bytes[number] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            #expect(client.begin(key: String(decoding: bytes, as: UTF8.self)).status == 401)
        }
        #expect(client.begin(key: "fmk_page_" + key.dropFirst(place).uppercased()).status == 401)
        #expect(client.begin(key: String(key.dropLast(2))).status == 401)
    }

    @Test("a key of a server with another token, or of another database, is unknown")
    func foreign() {
        let (now, sandbox) = (Timestamp(seconds: 9), SandboxID(number: 3))
        let keys = PageKeys(token: "open-sesame", database: "a1")
        let key = keys.make(for: sandbox, until: Timestamp(seconds: 10))
        #expect(keys.sandbox(of: key, at: now) == sandbox)
        #expect(PageKeys(token: "open-sesame", database: "a1").sandbox(of: key, at: now) == sandbox)
        #expect(PageKeys(token: "open-sesamf", database: "a1").sandbox(of: key, at: now) == nil)
        #expect(PageKeys(token: "open-sesame", database: "a2").sandbox(of: key, at: now) == nil)
        #expect(PageKeys().sandbox(of: key, at: now) == nil)
    }

    @Test("a key of a sandbox that was removed is unknown, also when the sandbox is there again")
    func removed() throws {
        let client = try ControlClient()
        client.begin()
        let key = key(client, of: "pk_test_a")
        client.control(.delete, "/sandboxes/pk_test_a")
        client.begin()
        #expect(client.begin(key: key).status == 401)
    }

    @Test("a sandbox that does not exist has no keys")
    func unknown() throws {
        #expect(try ControlClient().control(.post, "/sandboxes/nobody/keys").status == 404)
    }

    @Test("no key is in the journal, and the call that makes one is not there at all")
    func hidden() throws {
        let client = try ControlClient()
        let key = key(client)
        client.begin(key: key)
        client.say("my key is \(key)", key: key)
        let text = client.journal("control=true", of: "demo").text
        #expect(client.numbers("control=true", of: "demo") == [1, 2])
        #expect(!text.contains(key))
        #expect(text.contains("my key is fmk_page_…"))
    }
}

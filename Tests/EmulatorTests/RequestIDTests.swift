import HTTP
import Testing

@testable import Emulator

@Suite("Ids of requests")
struct RequestIDTests {
    private static func head(_ id: String? = nil) -> RequestHead {
        var fields = Fields()
        if let id { fields.add(.requestID, id) }
        return RequestHead(method: .get, path: "/", query: "", fields: fields)
    }

    static let taken = [
        "a", "6f1e1f7e-0000-4000-8000-000000000000", "01J:x_y.z+/=@", String(repeating: "a", count: 128),
    ]

    @Test("a well-formed id of the client is taken", arguments: taken)
    func clients(_ id: String) {
        var ids = RequestIDs()
        #expect(ids.id(of: Self.head(id), seed: 1, place: 7) == id)
    }

    static let refused = ["", " ", "a b", "<b>", "a,b", "é", "a\"", "a;b", String(repeating: "a", count: 129)]

    @Test("an id of any other form is replaced", arguments: refused)
    func malformed(_ id: String) {
        var ids = RequestIDs()
        let made = ids.id(of: Self.head(id), seed: 1, place: 7)
        #expect(made.wholeMatch(of: /req_[0-9a-f]{24}/) != nil)
    }

    @Test("ids that are made depend on seed, sandbox and number, and on nothing else")
    func made() {
        func some(_ seed: Int, _ sandbox: String) -> [String] {
            var ids = RequestIDs()
            return (1...100).map { _ in ids.id(of: Self.head(), seed: seed, place: RequestIDs.hash(of: sandbox)) }
        }
        #expect(some(1, "a") == some(1, "a"))
        let all = [some(1, "a"), some(2, "a"), some(1, "b"), some(1, "")].joined()
        #expect(Set(all).count == 400)
    }

    @Test("ids of servers that share a database begin with the server's name, and the rest is the same")
    func servers() {
        func some(_ server: String?) -> [String] {
            var ids = RequestIDs(server: server)
            return (1...100).map { _ in ids.new(seed: 1, place: 7) }
        }
        let (alone, first, second) = (some(nil), some("0a00000f"), some("ffffffff"))
        #expect(first.allSatisfy { $0.hasPrefix("req_0a00000f") })
        #expect(Set(first + second).count == 200)
        for (one, other) in zip(alone, first) { #expect(one.dropFirst(12) == other.dropFirst(12)) }
    }

    @Test("an id that a client sends takes no number")
    func numbers() {
        var (one, other) = (RequestIDs(), RequestIDs())
        _ = one.id(of: Self.head("mine"), seed: 1, place: 7)
        #expect(one.id(of: Self.head(), seed: 1, place: 7) == other.id(of: Self.head(), seed: 1, place: 7))
    }
}

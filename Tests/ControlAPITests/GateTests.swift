import ControlAPI
import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Access to the control API")
struct GateTests {
    private static let list = "/_foilmock/v1/sandboxes"

    private static func list(
        _ client: ControlClient, host: String? = "localhost", origin: String? = nil,
        authorization: String? = "Bearer \(ControlClient.token)"
    ) -> Answer {
        let fields = ["Host": host, "Origin": origin, "Authorization": authorization].compactMapValues(\.self)
        return client.send(.get, list, fields: fields)
    }

    @Test("a server whose database is away is not ready, and says why; when it is back, it is ready")
    func ready() throws {
        var isThere = false
        let client = try ControlClient(isReady: { isThere })
        let answer = client.send(.get, "/_foilmock/ready")
        #expect(answer.status == 503)
        #expect(answer.error == "The server's database cannot be reached")
        #expect(client.send(.get, "/_foilmock/health").status == 200)
        isThere = true
        #expect(client.send(.get, "/_foilmock/ready").status == 200)
    }

    @Test("every route but health, ready, openapi.json and the page's checks the host first, then the token")
    func everyRoute() throws {
        let client = try ControlClient()
        let open = ["/_foilmock/health", "/_foilmock/ready", "/_foilmock/openapi.json"]
        let page = ["/_foilmock", "/_foilmock/", "/_foilmock/{file}"]
        let others = client.control.routes.map(\.path).filter { !$0.hasPrefix("/_foilmock/v1/") }
        #expect(others == open + ["/_foilmock/metrics"] + page)
        let guarded = client.control.routes.filter { !(open + page).contains($0.path) }
        #expect(guarded.count > 5)
        for route in guarded {
            let path = route.path.split(separator: "/").map { $0.hasPrefix("{") ? "demo" : $0 }.joined(separator: "/")
            let refused = client.send(route.method, "/\(path)", fields: ["Host": "localhost"])
            #expect(refused.status == 401, "\(route.method.name) \(route.path)")
            let foreign = client.send(
                route.method, "/\(path)",
                fields: ["Host": "evil.example", "Authorization": "Bearer \(ControlClient.token)"])
            #expect(foreign.status == 403, "\(route.method.name) \(route.path)")
        }
        for path in open {
            let answer = client.send(.get, path, fields: ["Host": "evil.example", "Origin": "http://evil.example"])
            #expect(answer.status == 200, "\(path)")
        }
    }

    static let credentials: [(String?, Int)] = [
        ("Bearer open-sesame", 200), ("bearer open-sesame", 200), ("BEARER open-sesame", 200),
        (nil, 401), ("", 401), ("Bearer", 401), ("Bearer ", 401), ("open-sesame", 401),
        ("Basic open-sesame", 401), ("Bearer open-sesam", 401), ("Bearer open-sesamd", 401),
        ("Bearer open-sesame2", 401), ("Bearer OPEN-SESAME", 401),
    ]

    @Test("only the exact token is accepted, and only as a bearer token", arguments: credentials)
    func token(_ authorization: String?, _ status: Int) throws {
        let answer = Self.list(try ControlClient(), authorization: authorization)
        #expect(answer.status == status)
        guard status == 401 else { return }
        let told = try #require(answer.error)
        #expect(told.contains("Authorization: Bearer <token>") && told.contains("--control-token"))
        #expect(!told.contains(ControlClient.token))
    }

    @Test("two Authorization fields are refused, whichever of them has the right token")
    func twoTokens() throws {
        let client = try ControlClient()
        for tokens in [["open-sesame", "x"], ["x", "open-sesame"], ["open-sesame", "open-sesame"]] {
            var fields = ControlClient.request(.get, Self.list, "", fields: ["Host": "localhost"]).head.fields
            for token in tokens { fields.add(.authorization, "Bearer \(token)") }
            let head = RequestHead(method: .get, path: Self.list, fields: fields)
            #expect(client.dispatcher.respond(to: Request(head: head)).workedOut().status.code == 401)
            _ = client.dispatcher.endBatch()
        }
    }

    @Test(
        "beyond ten wrong tokens in a row each answer is a tenth of a second later, and the right token is not delayed")
    func guesses() throws {
        let client = try ControlClient()
        func delay() -> Duration { Self.list(client, authorization: "Bearer x").waits.reduce(.zero, +) }
        let milliseconds = (1...13).map { _ in Int(delay() / .milliseconds(1)) }
        #expect(milliseconds == Array(repeating: 0, count: 10) + [100, 200, 300])
        #expect(Self.list(client).waits == [])
        #expect(Self.list(client, authorization: nil).waits == [])
        client.clock.advance(seconds: 1)
        #expect((1...8).map { _ in Int(delay() / .milliseconds(1)) }.suffix(2) == [0, 100])
        for _ in 0..<1000 { _ = delay() }
        #expect(delay() == .milliseconds(30_100))
        client.clock.advance(seconds: -86_400)
        #expect(delay() == .milliseconds(30_100))
    }

    @Test("while wrong tokens are answered slowly, a large body is read whatever its token is")
    func slowSpool() throws {
        let client = try ControlClient()
        func limit(_ token: String) -> Int? {
            let (head, _) = ControlClient.request(
                .put, "/_foilmock/v1/sandboxes/demo/snapshot", "",
                fields: ["Host": "localhost", "Authorization": "Bearer \(token)"])
            return client.control.spoolLimit(for: head)
        }
        #expect(limit(ControlClient.token) != nil)
        #expect((0..<20).map { _ in limit("x") != nil } == (0..<20).map { $0 >= 10 })
        #expect(limit(ControlClient.token) != nil)
        client.clock.advance(seconds: 60)
        #expect(limit(ControlClient.token) != nil)
        #expect(limit("x") == nil)
    }

    @Test("a server without a token refuses every call", arguments: ["Bearer", "Bearer ", "Bearer  ", "Bearer x"])
    func noToken(_ authorization: String) throws {
        let client = try ControlClient(options: Control.Options(token: ""))
        #expect(Self.list(client, authorization: authorization).status == 401)
    }

    struct Host: Sendable {
        let name: String?
        /// Whether it is allowed by a server that listens on 127.0.0.1 and ::1, and by one that listens on all addresses.
        let (loopback, wildcard): (Bool, Bool)

        init(_ name: String?, _ loopback: Bool, _ wildcard: Bool) {
            self.name = name
            (self.loopback, self.wildcard) = (loopback, wildcard)
        }
    }

    static let hosts = [
        Host("localhost", true, true), Host("localhost:8000", true, true), Host("LocalHost:8000", true, true),
        Host("127.0.0.1", true, true), Host("127.0.0.1:8000", true, true), Host("[::1]", true, true),
        Host("[::1]:8000", true, true), Host("mock.example", true, true), Host("Mock.Example:8000", true, true),
        Host("192.168.1.7:8000", false, true), Host("[fe80::1]:8000", false, true),
        Host("[::ffff:10.0.0.1]", false, true), Host("evil.example", false, false),
        Host("evil.example:8000", false, false),
        Host("localhost.evil.example", false, false), Host("127.0.0.1.evil.example", false, false),
        Host("127.0.0", false, false), Host("1.2.3.256", false, false), Host("+1.2.3.4", false, false),
        Host("[evil.example]", false, false), Host("[::1", false, false), Host("", false, false),
        Host(nil, false, false),
    ]

    @Test(
        "only localhost, the addresses listened on and the allowed hosts are accepted as Host",
        arguments: hosts)
    func host(_ host: Host) throws {
        for (any, allowed) in [(false, host.loopback), (true, host.wildcard)] {
            let options = Control.Options(
                token: ControlClient.token,
                hosts: HostCheck(hosts: ["127.0.0.1", "[::1]", "mock.example"], allowsAnyAddress: any))
            let answer = Self.list(try ControlClient(options: options), host: host.name)
            #expect(answer.status == (allowed ? 200 : 403), "\(host.name ?? "none") \(any)")
            if !allowed { #expect(answer.error?.contains("--allow-host") == true) }
        }
    }

    static let origins: [(String?, Int)] = [
        (nil, 200), ("http://localhost:8000", 200), ("http://localhost", 403), ("http://127.0.0.1:8000", 403),
        ("http://localhost:8001", 403), ("http://evil.example", 403), ("null", 403), ("", 403),
    ]

    @Test("a page of another origin is refused, with the right token too", arguments: origins)
    func origin(_ origin: String?, _ status: Int) throws {
        let client = try ControlClient()
        #expect(Self.list(client, host: "localhost:8000", origin: origin).status == status)
        // The answer does not show whether the token is right.
        let wrong = Self.list(client, host: "localhost:8000", origin: origin, authorization: "Bearer x")
        #expect(wrong.status == (status == 200 ? 401 : 403))
    }

    @Test("every Origin that was sent must be the server's own")
    func twoOrigins() throws {
        let client = try ControlClient()
        for (origins, status) in [
            (["http://localhost", "http://evil.example"], 403), (["http://evil.example", "http://localhost"], 403),
            (["http://localhost", "http://localhost"], 200),
        ] {
            let given = ["Host": "localhost", "Authorization": "Bearer \(ControlClient.token)"]
            var fields = ControlClient.request(.get, Self.list, "", fields: given).head.fields
            for origin in origins { fields.add(.origin, origin) }
            let head = RequestHead(method: .get, path: Self.list, fields: fields)
            #expect(client.dispatcher.respond(to: Request(head: head)).workedOut().status.code == status)
            _ = client.dispatcher.endBatch()
        }
    }

    @Test("a page of another origin can neither read an answer nor pass a preflight")
    func crossOrigin() throws {
        let client = try ControlClient()
        let answer = Self.list(client, origin: "http://evil.example")
        #expect(answer.fields[.accessControlAllowOrigin] == nil)
        let preflight = client.send(
            .options, Self.list,
            fields: [
                "Host": "localhost", "Origin": "http://evil.example", "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization",
            ])
        #expect(preflight.status == 405)
        #expect(preflight.fields[.accessControlAllowOrigin] == nil)
    }

    @Test(
        "a control route behind a sandbox's name is a 404, and opens no sandbox",
        arguments: ["demo", "pk_test_new", "no name"])
    func place(_ name: String) throws {
        let client = try ControlClient()
        let before = client.control(.get, "/sandboxes").text
        for path in ["/_foilmock/v1/sandboxes", "/_foilmock/health"] {
            #expect(client.send(.get, "/@\(name)\(path)", fields: ControlClient.guardedFields).status == 404)
        }
        #expect(client.control(.get, "/sandboxes").text == before)
    }
}

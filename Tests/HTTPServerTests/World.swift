import EventLoop
import HTTP
import HTTPServer
import Support
import Testing

/// A server on loopback with a handler for tests.
final class World {
    let loop = Loop()
    let handler = TestHandler()
    let server: Server
    private var clients: [RawClient] = []

    /// - Parameter failed: called when the server cannot listen again; another test may have the port for a moment.
    init(
        _ limits: Limits = Limits(), spoolFolder: String = "/tmp", failed: @escaping (ListenError) -> Void = { _ in }
    ) throws {
        server = Server(
            loop: loop, handler: handler, limits: limits, socket: ListeningSocket(loop, failed: failed),
            spoolFolder: spoolFolder)
        try server.listen(host: "127.0.0.1", port: 0)
    }

    func client(receiveBuffer: Int32? = nil) throws -> RawClient {
        let client = RawClient(port: try #require(server.port), receiveBuffer: receiveBuffer)
        clients.append(client)
        return client
    }

    /// Runs the loop until `condition` holds after an iteration; false when it has not in ten seconds.
    func run(until condition: () -> Bool) -> Bool {
        Support.run(loop) {
            server.batchEnded()
            return condition()
        }
    }

    /// Runs until the client has received what it waits for.
    func run(_ client: RawClient, until condition: (RawClient) -> Bool) -> Bool {
        run {
            client.receive()
            return condition(client)
        }
    }

    /// Runs until the server has closed and returns all that the client received.
    func exchange(_ client: RawClient, _ text: String) -> String {
        client.send(text)
        #expect(run(client, until: \.hasEnded))
        return client.text
    }
}

extension Limits {
    /// With every time so short that a test can wait for one, and the others so long that it cannot be mistaken.
    static func brief(_ path: WritableKeyPath<Limits, Duration>) -> Limits {
        var limits = Limits()
        limits[keyPath: path] = .milliseconds(50)
        limits.sweep = .milliseconds(5)
        return limits
    }
}

/// The statuses and bodies of a row of responses.
func bodies(_ text: String) -> [String] {
    text.split(separator: "HTTP/1.1 ").map { response in
        let code = response.prefix(3)
        let body = response.split(separator: "\r\n\r\n", maxSplits: 1).dropFirst().first ?? ""
        return "\(code) \(body)"
    }
}

/// A body that was read, as text.
func text(_ body: Body) -> String { String(decoding: (try? body.bytes()) ?? [], as: UTF8.self) }

func get(_ path: String, _ fields: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n" }

/// Asks the server to close after its answer.
let last = "Connection: close\r\n"

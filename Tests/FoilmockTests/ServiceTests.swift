import EventLoop
import Support
import Testing

@testable import Program

@Suite("A service")
struct ServiceTests {
    private let folder = TemporaryFolder()

    private func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.port = 0
        configuration.database = folder.place("foilmock.db")
        configuration.log = .off
        return configuration
    }

    @Test("a service starts at a free port, answers and stops; then another can open its database")
    func life() throws {
        for _ in 0..<2 {
            let service = try Service(configuration(), [:], Outputs(.off))
            let ready = try service.start(signalled: nil)
            let port = try #require(UInt16(ready.url.split(separator: ":").last ?? ""))
            let client = RawClient(port: port)
            client.send("GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            var timer: EventLoop.Timer?
            let look = {
                client.receive()
                if client.hasEnded { service.stop() } else { timer?.arm(after: .milliseconds(1)) }
            }
            timer = Timer(service.loop) { look() }
            timer?.arm(after: .milliseconds(1))
            try service.run()
            #expect(client.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(client.text.hasSuffix(#"{"status":"ok"}"#))
            timer = nil
        }
    }

    @Test("a service is not built when its database is in use, and says by which process")
    func taken() throws {
        let first = try Service(configuration(), [:], Outputs(.off))
        let error = #expect(throws: AppError.self) { try Service(configuration(), [:], Outputs(.off)) }
        #expect(error?.message.contains("is in use by process") == true)
        withExtendedLifetime(first) {}
    }
}

import EventLoop
import Exact
import Glibc
import JSON

/// A server of plain HTTP, asked one request after the other, each on a connection of its own.
struct PlainHTTP {
    /// The status of an answer, and its body if that is JSON.
    struct Answer {
        let status: Int
        let json: JSONValue?
        /// Why it is no whole answer; nil: it is.
        let damage: String?

        /// The words of an error.
        var message: String? { json?["error"]?["message"]?.string ?? json?["detail"]?.string }
    }

    /// How long a lookup, a connection, and a whole answer may take.
    private static let seconds = 30
    private static let answerLimit = 16 << 20

    private let url: String
    private let addresses: [SocketAddress]
    private let authority: String
    /// What each path begins with.
    let prefix: String

    /// - Parameter url: `http://HOST[:PORT][/PATH]`.
    init(_ url: String) throws(AppError) {
        let (host, port) = try Health.address(url)
        self.url = url
        authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let path = url.dropFirst("http://".count).drop { $0 != "/" }
        prefix = path.hasSuffix("/") ? String(path.dropLast()) : String(path)
        addresses = try Health.addresses(host, port)
    }

    /// - Parameters:
    ///   - target: path and query.
    ///   - fields: besides `Host`, `Connection` and the length of the body.
    /// - Throws: why the server cannot be reached, or that it took too long.
    func send(
        _ method: String, _ target: String, _ fields: [(name: String, value: String)], _ body: [UInt8] = []
    ) throws(AppError) -> Answer {
        var head = "\(method) \(prefix)\(target) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        let descriptor = try Health.connect(to: addresses, authority, seconds: PlainHTTP.seconds)
        defer { close(descriptor) }
        _ = Descriptor.write(Array("\(head)\r\n".utf8) + body, on: descriptor)
        return try read(descriptor, "\(method) \(target)")
    }

    /// - Parameter request: for the error.
    private func read(_ descriptor: Int32, _ request: String) throws(AppError) -> Answer {
        let deadline = Instant.now() + .seconds(PlainHTTP.seconds)
        var reader = AnswerReader()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while !reader.isWhole {
            let left = Int32(max(0, (deadline - Instant.now()) / .milliseconds(1)))
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&entry, 1, left) != 0 else {
                throw .failure("\(url) did not answer \(request) within \(PlainHTTP.seconds) s")
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                let reason = count == 0 ? "" : ": \(String(cString: strerror(errno)))"
                guard count == 0, reader.end() else { return PlainHTTP.damaged(reader, "it ends too early\(reason)") }
                break
            }
            reader.take(buffer[..<count])
            if reader.isForeign { return PlainHTTP.damaged(reader, "it is not HTTP") }
            guard reader.size <= PlainHTTP.answerLimit else {
                return PlainHTTP.damaged(reader, "it has more than \(PlainHTTP.answerLimit >> 20) MiB")
            }
        }
        return Answer(status: reader.status, json: try? JSONReader.read(reader.body), damage: nil)
    }

    private static func damaged(_ reader: AnswerReader, _ reason: String) -> Answer {
        Answer(status: reader.status, json: nil, damage: reason)
    }
}

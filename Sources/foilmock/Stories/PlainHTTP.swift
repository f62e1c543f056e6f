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

        /// The words of an error.
        var message: String? { json?["error"]?["message"]?.string ?? json?["detail"]?.string }
    }

    /// How long a lookup, a connection and each piece of an answer may take.
    private static let seconds = 30
    private static let answerLimit = 16 << 20

    private let url: String
    private let addresses: [SocketAddress]
    private let authority: String
    /// What each path begins with.
    private let prefix: String

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
    func send(
        _ method: String, _ target: String, _ fields: [(name: String, value: String)], _ body: [UInt8] = []
    ) throws(AppError) -> Answer {
        var head = "\(method) \(prefix)\(target) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        let descriptor = try Health.connect(to: addresses, authority, seconds: PlainHTTP.seconds)
        defer { close(descriptor) }
        _ = Descriptor.write(Array("\(head)\r\n".utf8) + body, on: descriptor)
        guard let answer = PlainHTTP.answer(try read(descriptor)) else {
            throw .failure("\(url) did not answer \(method) \(target) in HTTP")
        }
        return answer
    }

    private func read(_ descriptor: Int32) throws(AppError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failure("\(url) broke off: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= PlainHTTP.answerLimit else {
                throw .failure("\(url) answered more than \(PlainHTTP.answerLimit >> 20) MiB")
            }
        }
    }

    /// Reads a whole answer; nil when it is none.
    static func answer(_ bytes: [UInt8]) -> Answer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1.") else { return nil }
        let words = first.split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        let isChunked = lines.dropFirst().contains { line in
            let parts = line.lowercased().split(separator: ":", maxSplits: 1)
            return parts.count == 2 && parts[0] == "transfer-encoding" && parts[1].hasSuffix("chunked")
        }
        let rest = bytes[end.upperBound...]
        let body = isChunked ? unchunked(rest) : Array(rest)
        return Answer(status: status, json: try? JSONReader.read(body))
    }

    /// The content of a chunked body (RFC 9112 §7.1), as far as it is whole.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var rest = bytes
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let digits = rest[..<end].prefix { $0.isASCIILetterOrDigit }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size > 0,
                size <= rest.endIndex - end - 1
            else { break }
            body += rest[(end + 1)..<(end + 1 + size)]
            // The line end after the chunk.
            rest = rest[(end + 1 + size)...].drop { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        }
        return body
    }
}

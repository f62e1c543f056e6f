import EventLoop
import Glibc

/// `foilmock health`: checks whether a server answers.
struct Health: Command {
    /// The base URL of the server to check.
    let url: String
    /// How long a lookup, a connection and an answer may take, each.
    private static let seconds = 2

    static var description: CommandDescription {
        CommandDescription(
            name: "health", summary: "Ask a server whether it is up", usage: ["health [URL]"],
            operands: [
                .init(
                    placeholder: "URL", isRequired: false,
                    help: "The server's base URL (of the settings in variables, else http://127.0.0.1:8000)")
            ],
            examples: [.init(line: "foilmock health http://127.0.0.1:8000", help: "Ask from a script:")],
            exitCodes: [
                .init(code: "0", meaning: "the server is up"), .init(code: "1", meaning: "it is not"), .usage,
            ])
    }

    init(_ url: String) { self.url = url }

    init(_ input: CommandInput) throws(AppError) {
        if let url = input.operand(0) {
            self.url = url
        } else {
            url = try Configuration(flags: Flags(), environment: input.environment).localURL
        }
    }

    /// Prints one line.
    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let (host, port) = try Health.address(url)
        let status = try Health.ask(host, port)
        guard status.hasPrefix("HTTP/1.1 200 ") else { throw AppError.failure("\(url) answered: \(status)") }
        try Terminal.out("\(url) is up")
        return App.Exit.success
    }

    /// The host and the port of `http://HOST[:PORT]`; an IPv6 address is in brackets.
    static func address(_ url: String) throws(AppError) -> (host: String, port: UInt16) {
        let wrong = AppError.usage("the URL must look like http://127.0.0.1:8000, not '\(url.shownInLine)'")
        guard url.hasPrefix("http://") else { throw wrong }
        let authority = url.dropFirst(7).prefix { $0 != "/" }
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
        }
        let digits = rest.isEmpty ? "80" : rest.dropFirst()
        guard !host.isEmpty, !host.utf8.contains(where: isForeign), rest.isEmpty || rest.hasPrefix(":"),
            !digits.isEmpty,
            digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 })
        else { throw wrong }
        guard let port = UInt16(digits) else {
            throw .usage("the port of '\(url.shownInLine)' must be a number from 0 to 65535")
        }
        return (String(host), port)
    }

    /// Whether a byte is part of no name and no address.
    private static func isForeign(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || "\"#/<>?@[\\]^`{|}".utf8.contains(byte)
    }

    /// The status line of the answer to `GET /_foilmock/health`.
    private static func ask(_ host: String, _ port: UInt16) throws(AppError) -> String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let descriptor = try connect(to: try addresses(host, port), place)
        defer { close(descriptor) }
        let request = "GET /_foilmock/health HTTP/1.1\r\nHost: \(place)\r\nConnection: close\r\n\r\n"
        _ = Descriptor.write(Array(request.utf8), on: descriptor)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while answer.count < 4096, !answer.contains(UInt8(ascii: "\n")) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        guard !answer.isEmpty else { throw .failure("http://\(place) did not answer within \(seconds) s") }
        return String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    static func addresses(_ host: String, _ port: UInt16) throws(AppError) -> [SocketAddress] {
        do throws(LookupError) {
            return try NameLookup.addresses(of: host, port: port, seconds: seconds)
        } catch {
            throw .failure(
                "\(host) is not known: \(error.reason): write the address in place of the name, as in"
                    + " http://127.0.0.1:\(port)")
        }
    }

    /// Connects to the first of the addresses that accepts: a name can mean `::1` and 127.0.0.1, and a server listens
    /// on one of them.
    /// - Parameter place: the name and the port, for the error.
    /// - Returns: the connected socket.
    /// - Throws: why none accepts.
    static func connect(
        to addresses: [SocketAddress], _ place: String, seconds: Int = seconds
    ) throws(AppError) -> Int32 {
        var refusals: [(address: String, reason: String)] = []
        for address in addresses {
            if let descriptor = address.connected(seconds: seconds) { return descriptor }
            refusals.append((address.text, String(cString: strerror(errno))))
        }
        let told = refusals.count == 1 ? refusals[0].reason : refusals.map { "\($0) \($1)" }.joined(separator: "; ")
        throw .failure("http://\(place) cannot be reached: \(told)")
    }
}

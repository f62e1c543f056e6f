import EventLoop
import Glibc

/// `foilmock health`: checks whether a server answers.
struct Health: Command {
    /// The base URL of the server to check.
    let url: String
    private static let timeout = timeval(tv_sec: 2, tv_usec: 0)

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
    static func address(_ url: String) throws(AppError) -> (host: String, port: String) {
        let wrong = AppError.usage("the URL must look like http://127.0.0.1:8000, not '\(url)'")
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
        let port = rest.isEmpty ? "80" : String(rest.dropFirst())
        guard !host.isEmpty, rest.isEmpty || rest.hasPrefix(":"), UInt16(port) != nil else { throw wrong }
        return (String(host), port)
    }

    /// The status line of the answer to `GET /_foilmock/health`.
    private static func ask(_ host: String, _ port: String) throws(AppError) -> String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &found)
        guard code == 0, let found else {
            throw .failure("\(host) is not known: \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        let descriptor = try connect(to: found, place)
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
        guard !answer.isEmpty else { throw .failure("http://\(place) did not answer within 2 s") }
        return String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Connects to the first of the addresses that accepts: a name can mean `::1` and 127.0.0.1, and a server listens
    /// on one of them.
    /// - Parameter place: the name and the port, for the error.
    /// - Returns: the connected socket.
    /// - Throws: why none accepts.
    static func connect(to addresses: UnsafeMutablePointer<addrinfo>, _ place: String) throws(AppError) -> Int32 {
        var refusals: [(address: String, reason: String)] = []
        for address in sequence(first: addresses, next: \.pointee.ai_next) {
            if let descriptor = connected(to: address.pointee) { return descriptor }
            let reason = String(cString: strerror(errno))
            refusals.append((numeric(address.pointee), reason))
        }
        let told = refusals.count == 1 ? refusals[0].reason : refusals.map { "\($0) \($1)" }.joined(separator: "; ")
        throw .failure("http://\(place) cannot be reached: \(told)")
    }

    /// A socket that is connected to the address; nil when there is none, with the reason in `errno`.
    private static func connected(to address: addrinfo) -> Int32? {
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        var timeout = Health.timeout
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
        let code = errno
        close(descriptor)
        errno = code
        return nil
    }

    /// The address as digits.
    private static func numeric(_ address: addrinfo) -> String {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        getnameinfo(
            address.ai_addr, address.ai_addrlen, &text, socklen_t(text.count), nil, 0, Int32(NI_NUMERICHOST))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

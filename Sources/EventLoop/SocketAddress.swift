import CLibevent
import Glibc

/// Why a listener cannot listen: `cannot listen on 127.0.0.1:80: Permission denied`.
public struct ListenError: Error, Equatable, CustomStringConvertible {
    /// Host and port, as in `127.0.0.1:8080` or `[::1]:8080`.
    public let address: String
    public let reason: String

    public var description: String { "cannot listen on \(address): \(reason)" }
}

/// An address to listen on. Only the name `localhost` is resolved: a lookup could block, or return an unexpected
/// address.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private let length: socklen_t
    let text: String

    init(host: String, port: UInt16) throws(ListenError) {
        let literal = host == "localhost" ? "127.0.0.1" : SocketAddress.withoutBrackets(host)
        let isVersion6 = literal.utf8.contains(UInt8(ascii: ":"))
        text = isVersion6 ? "[\(literal)]:\(port)" : "\(host):\(port)"
        var isAddress = false
        if isVersion6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            isAddress = inet_pton(AF_INET6, literal, &address.sin6_addr) == 1
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            isAddress = inet_pton(AF_INET, literal, &address.sin_addr) == 1
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
        }
        guard isAddress else {
            throw ListenError(address: text, reason: "the host must be an IPv4 or IPv6 address or localhost")
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, Int32) -> Result) -> Result {
        withUnsafeBytes(of: storage) { bytes in
            guard let start = bytes.baseAddress else { preconditionFailure("a stored address has bytes") }
            return body(start.assumingMemoryBound(to: sockaddr.self), Int32(length))
        }
    }

    /// The port that a socket is bound to; 0 if it has none.
    static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutableBytes(of: &storage) { bytes in
            getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard result == 0 else { return 0 }
        // Both address families store the port at the same offset.
        return withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(as: sockaddr_in.self).sin_port) }
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}

import CLibevent
import Glibc

/// Why a listener cannot listen: `cannot listen on 127.0.0.1:80: Permission denied`.
public struct ListenError: Error, Equatable, CustomStringConvertible {
    /// Host and port, as in `127.0.0.1:8080` or `[::1]:8080`.
    public let address: String
    public let reason: String

    public var description: String { "cannot listen on \(address): \(reason)" }
}

/// An address and a port.
public struct SocketAddress {
    private var storage = sockaddr_storage()
    private let length: socklen_t
    /// As in `127.0.0.1:8080` or `[::1]:8080`.
    public let text: String

    /// An address to listen on. Only the name `localhost` is resolved: a lookup could block, or return an unexpected
    /// address.
    public init(host: String, port: UInt16) throws(ListenError) {
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

    /// A copy; nil for what is neither of IPv4 nor of IPv6.
    init?(copying address: UnsafePointer<sockaddr>) {
        let isVersion6 = Int32(address.pointee.sa_family) == AF_INET6
        guard isVersion6 || Int32(address.pointee.sa_family) == AF_INET else { return nil }
        length = socklen_t(isVersion6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        memcpy(&storage, address, Int(length))
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let flags = Int32(NI_NUMERICHOST) | Int32(NI_NUMERICSERV)
        getnameinfo(address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), flags)
        let digits = [host, port].map {
            String(decoding: $0.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        text = isVersion6 ? "[\(digits[0])]:\(digits[1])" : "\(digits[0]):\(digits[1])"
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, Int32) -> Result) -> Result {
        withUnsafeBytes(of: storage) { bytes in
            guard let start = bytes.baseAddress else { preconditionFailure("a stored address has bytes") }
            return body(start.assumingMemoryBound(to: sockaddr.self), Int32(length))
        }
    }

    /// A socket that is connected to the address; nil when there is none, with the reason in `errno`.
    /// - Parameter seconds: how long to wait for the connection, and for each piece that is read or written later.
    public func connected(seconds: Int) -> Int32? {
        withPointer { pointer, length in
            let descriptor = socket(Int32(storage.ss_family), Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { return nil }
            var timeout = timeval(tv_sec: seconds, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
            }
            if connect(descriptor, pointer, socklen_t(length)) == 0 { return descriptor }
            let code = errno
            close(descriptor)
            errno = code
            return nil
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

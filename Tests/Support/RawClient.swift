import Glibc

/// A client that sends and receives bytes as a test says, on a socket of loopback that never blocks.
public final class RawClient {
    public private(set) var received: [UInt8] = []
    /// The server has sent its last byte.
    public private(set) var hasEnded = false
    /// The connection was reset; bytes under way are lost.
    public private(set) var wasReset = false

    private let descriptor: Int32
    private var isOpen = true

    /// The system completes the connection, whether or not the server runs.
    public init(port: UInt16, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        precondition(RawClient.connect(descriptor, port) == 0, "no connection to port \(port)")
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close() }

    /// Whether no server listens on the port.
    public static func isRefused(port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = Glibc.close(descriptor) }
        return connect(descriptor, port) == ECONNREFUSED
    }

    /// Returns an `errno`, 0 for none.
    private static func connect(_ descriptor: Int32, _ port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let result = withUnsafeBytes(of: address) { bytes in
            Glibc.connect(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        return result == 0 ? 0 : errno
    }

    public var text: String { String(decoding: received, as: UTF8.self) }

    /// Returns how many bytes the system took.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Int {
        guard isOpen else { return 0 }
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EPIPE || errno == ECONNRESET { wasReset = true }
        return max(0, count)
    }

    @discardableResult
    public func send(_ text: String) -> Int { send(Array(text.utf8)) }

    /// Reads all that has arrived.
    public func receive() {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while isOpen, !hasEnded, !wasReset {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 {
                hasEnded = true
            } else {
                wasReset = errno == ECONNRESET
                return
            }
        }
    }

    public func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    public func close() {
        if isOpen { _ = Glibc.close(descriptor) }
        isOpen = false
    }

    /// Closes so that the server sees a reset instead of an end.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

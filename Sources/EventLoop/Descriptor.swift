import Glibc

/// Writes to descriptors of any kind.
public enum Descriptor {
    /// Writes all bytes, however long that takes, also when another process that shares the descriptor has made it
    /// non-blocking, and after signals.
    /// - Returns: how many bytes were written, and the `errno` if not all were.
    public static func write(_ bytes: [UInt8], on descriptor: Int32) -> (count: Int, code: Int32?) {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                if count > 0 {
                    sent += count
                } else if count == 0 {
                    return (sent, EIO)
                } else if errno == EAGAIN {
                    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&room, 1, -1)
                } else if errno != EINTR {
                    return (sent, errno)
                }
            }
            return (sent, nil)
        }
    }
}

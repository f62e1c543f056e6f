import Glibc

/// A pipe that holds one page, unless another size is given. It ends with its object.
public final class Pipe {
    public let reader: Int32
    public let writer: Int32
    private static let room = 4096
    /// F_SETPIPE_SZ, which Swift does not import.
    private static let setSize: Int32 = 1031

    public init() {
        var ends: [Int32] = [0, 0]
        let made = pipe(&ends)
        precondition(made == 0, "no pipe: errno \(errno)")
        (reader, writer) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let size = fcntl(writer, Pipe.setSize, Int32(Pipe.room))
        precondition(size == Pipe.room, "the pipe has room for \(size)")
    }

    deinit {
        close(reader)
        close(writer)
    }
}

/// Reads what comes out of a pipe.
public struct Reading {
    private let descriptor: Int32

    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// All that comes while a condition holds, and all that is there then; no longer than ten seconds.
    public func all(while condition: () -> Bool) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        for _ in 0..<10_000 {
            let isLast = !condition()
            while true {
                var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&source, 1, isLast ? 0 : 1)
                guard source.revents & Int16(POLLIN) != 0 else { break }
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            if isLast { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

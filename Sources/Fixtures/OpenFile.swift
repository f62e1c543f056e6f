public import Glibc

/// An open file or folder. It is closed when the value is destroyed.
public struct OpenFile: ~Copyable {
    public let descriptor: Int32
    /// The status when it was opened.
    public let info: stat

    /// Takes over the result of `open`; nil when that failed, with the reason in `errno`.
    public init?(_ descriptor: Int32) {
        guard descriptor >= 0 else { return nil }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        self.info = info
    }

    deinit { close(descriptor) }

    public var isRegular: Bool { info.st_mode & S_IFMT == S_IFREG }

    /// Reads the rest of the file.
    /// - Parameters:
    ///   - path: the name of the file in errors.
    ///   - limit: the most bytes; more is an error.
    public func contents(of path: String, limit: Int) throws(Diagnostic) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Diagnostic(unreadable: path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw Diagnostic(file: path, message: OpenFile.larger(than: limit))
            }
        }
    }

    static func larger(than bytes: Int) -> String {
        "larger than \(bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes")"
    }
}

extension Diagnostic {
    /// The diagnostic with the system's message for `errno`.
    init(unreadable path: String) {
        self.init(file: path, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
}

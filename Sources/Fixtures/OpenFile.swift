public import Glibc

/// A file or folder that is open. It is closed when its owner lets go of it.
public struct OpenFile: ~Copyable {
    public let descriptor: Int32
    /// What it was when it was opened.
    public let info: stat

    /// Takes over what `open` returned; nil when that is no descriptor, and `errno` says why.
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

    /// What is left to read.
    /// - Parameters:
    ///   - path: Names the file in an error.
    ///   - limit: In bytes; more is an error.
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
                throw Diagnostic(file: path, message: "larger than \(OpenFile.size(limit))")
            }
        }
    }

    private static func size(_ bytes: Int) -> String {
        bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
    }
}

extension Diagnostic {
    /// With what `errno` says.
    init(unreadable path: String) {
        self.init(file: path, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
}

import EventLoop
import Glibc
import HTTP

/// A body in an unnamed file: the system removes the file when it is closed, even if the process is killed.
///
/// It is written on the loop's thread: a body is a few megabytes and goes to the page cache, which takes less time than
/// reading it from its socket. Once complete it is only read, on any thread.
final class SpoolFile: BodyFile, Equatable, @unchecked Sendable {
    private let descriptor: Int32
    private(set) var count = 0

    /// Makes an empty file on the disk of `folder`.
    /// - Throws: the error to answer when the file cannot be made.
    convenience init(in folder: String) throws(ProtocolError) {
        let unnamed = open(folder, SpoolFile.unnamed | O_RDWR | O_CLOEXEC, 0o600)
        self.init(owning: unnamed >= 0 ? unnamed : try SpoolFile.named(in: folder))
    }

    /// `O_TMPFILE`, which Swift does not import.
    private static let unnamed = 0o20_000_000 | O_DIRECTORY

    /// Makes a file and removes its name, for a disk that has no files without a name. A process that is killed between
    /// the two leaves an empty file.
    private static func named(in folder: String) throws(ProtocolError) -> Int32 {
        var path = Array("\(folder)/foilmock-body-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw unwritable(errno) }
        unlink(path)
        return descriptor
    }

    /// Takes over an open, empty file.
    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(ProtocolError) {
        let (written, code) = Descriptor.write(bytes, on: descriptor)
        count += written
        if let code { throw SpoolFile.unwritable(code) }
    }

    func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, filled in
            while filled < range.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[filled...])
                let count = pread(descriptor, rest.baseAddress, range.count - filled, range.lowerBound + filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    code = count < 0 ? errno : EIO
                    return
                }
                filled += count
            }
        }
        guard code == 0 else {
            throw ProtocolError(
                .unavailable, "The body could not be read back from its temporary file: \(SpoolFile.reason(code))")
        }
        return bytes
    }

    static func == (one: SpoolFile, other: SpoolFile) -> Bool { one === other }

    private static func unwritable(_ code: Int32) -> ProtocolError {
        ProtocolError(.unavailable, "The body could not be written to a temporary file: \(reason(code))")
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

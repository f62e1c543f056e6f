import Fixtures
import Glibc
import HTTP

/// The files that callers have sent, as `<sandbox>/<sha256>.<type>` below one folder. Names are made here and nowhere else: no
/// word of a caller's becomes part of a path.
public final class UploadFolder {
    private let root: String
    private var lastNumber = 0

    /// Why a file could not be kept.
    struct Refusal: Error {
        let message: String
    }

    /// The folder is made when the first file comes.
    public init(_ root: String) { self.root = root }

    /// Writes a part of a body piece by piece, and returns its path below the folder. It is whole when this returns.
    func keep(_ body: Body, _ content: Range<Int>, as type: ImageType, in sandbox: String) throws(Refusal) -> String {
        let folder = "\(root)/\(sandbox)"
        for path in [root, folder] where mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure(path) }
        lastNumber += 1
        let draft = "\(folder)/\(getpid())-\(lastNumber).part"
        let digest = try write(body, content, to: draft)
        let name = "\(Digest.hex(digest)).\(type.rawValue)"
        guard rename(draft, "\(folder)/\(name)") == 0 else { throw failure(name) }
        return "\(sandbox)/\(name)"
    }

    /// All bytes of a file that `keep` named; nil when it is not there.
    func contents(_ path: String) -> [UInt8]? {
        guard UploadFolder.isName(path) else { return nil }
        return try? FixtureFolder.contents("\(root)/\(path)", limit: .max)
    }

    func remove(_ sandbox: String) {
        for name in UploadFolder.names(in: "\(root)/\(sandbox)") { unlink("\(root)/\(sandbox)/\(name)") }
        rmdir("\(root)/\(sandbox)")
    }

    /// Removes every file, and the folder.
    public func removeAll() {
        sweep(keeping: [])
        rmdir(root)
    }

    /// Removes what nobody knows of: files whose account is gone, or that were never told of.
    func sweep(keeping known: Set<String>) {
        for sandbox in UploadFolder.names(in: root) {
            for name in UploadFolder.names(in: "\(root)/\(sandbox)") where !known.contains("\(sandbox)/\(name)") {
                unlink("\(root)/\(sandbox)/\(name)")
            }
            rmdir("\(root)/\(sandbox)")
        }
    }

    /// `<16 hex digits>/<64 hex digits>.<type>`, and nothing else.
    static func isName(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let name = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        func isHex(_ text: Substring, _ count: Int) -> Bool {
            text.utf8.count == count
                && text.utf8.allSatisfy {
                    $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
                        || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")
                }
        }
        return name.count == 2 && isHex(parts[0], 16) && isHex(name[0], 64)
            && ImageType(rawValue: String(name[1])) != nil
    }

    private func write(_ body: Body, _ content: Range<Int>, to path: String) throws(Refusal) -> [UInt8] {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        let digest = Digest.SHA256()
        for range in body.pieces(of: content) {
            let piece: [UInt8]
            do {
                piece = try body.read(range)
            } catch {
                unlink(path)
                throw Refusal(message: error.message)
            }
            digest.update(piece)
            var sent = 0
            while sent < piece.count {
                let count = piece.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + sent, piece.count - sent) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let refusal = failure(path)
                    unlink(path)
                    throw refusal
                }
                sent += count
            }
        }
        return digest.finish()
    }

    private func failure(_ path: String) -> Refusal { Refusal(message: String(cString: strerror(errno))) }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}

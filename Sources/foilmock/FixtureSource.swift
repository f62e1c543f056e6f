import Embedded
import Emulator
import Fixtures
import Glibc

/// Where the served fixtures come from.
enum FixtureSource: Equatable {
    case folder(String)
    case builtIn

    /// The folder that was asked for, else one beside the program, else what is built in. A `fixtures` folder in the
    /// working directory is not taken: many projects have one that is not for us.
    static func choose(_ folder: String?, program: String) -> FixtureSource {
        if let folder { return .folder(folder) }
        let beside = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let path = "\(beside)/fixtures"
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR ? .folder(path) : .builtIn
    }

    var description: String {
        switch self {
        case .folder(let path): path
        case .builtIn: "built in"
        }
    }

    /// - Throws: one line for a folder that cannot be read, else every diagnostic, a line each.
    func catalog() throws(AppError) -> Catalog {
        let files: [FixtureFile]
        switch self {
        case .builtIn: files = FixtureSource.embedded
        case .folder(let path):
            do {
                files = try FixtureFolder.read(path)
            } catch {
                throw .failure("the fixture folder: \(error.file) \(error.message)")
            }
        }
        do {
            return try Catalog.load(files, identify: Identifiers.fixture)
        } catch {
            let count = error.diagnostics.count
            let lines = error.diagnostics.map { "\(description)/\($0)" }
            throw AppError(
                message: (lines + [
                    "Error: \(count) \(count == 1 ? "mistake" : "mistakes") in the fixtures; nothing is served"
                ])
                .joined(separator: "\n"), isUsage: false)
        }
    }

    /// The built-in files.
    static var embedded: [FixtureFile] {
        (0..<embedded_fixture_count()).map { index in
            let file = embedded_fixture(index)
            return FixtureFile(
                path: String(cString: file.path),
                bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
    }
}

/// The path of the running program.
enum Program {
    static var path: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

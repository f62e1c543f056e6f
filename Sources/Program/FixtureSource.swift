import Crypto
import Embedded
import Emulator
import Fixtures
import Glibc

/// The source of the fixtures.
package enum FixtureSource: Equatable {
    case folder(String)
    case builtIn

    /// The folder that the settings name, else a `fixtures` folder beside the program, else the built-in fixtures. A
    /// `fixtures` folder in the working directory is not used: many projects have one for other purposes.
    static func choose(_ folder: String?, program: String) -> FixtureSource {
        if let folder { return .folder(folder) }
        let beside = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let path = "\(beside)/fixtures"
        return Disk.isFolder(path) ? .folder(path) : .builtIn
    }

    /// The source for a command that has a folder of its own, or else the settings of `serve`.
    static func chosen(_ folder: String?, _ environment: Environment) throws(AppError) -> FixtureSource {
        if let folder { return .folder(folder) }
        let settings = try Configuration(flags: Flags(), environment: environment)
        return choose(settings.fixtures, program: Executable.path)
    }

    var description: String {
        switch self {
        case .folder(let path): path
        case .builtIn: "built in"
        }
    }

    /// The folder's absolute path without links; nil for the built-in fixtures.
    var place: SystemText? {
        guard case .folder(let path) = self else { return nil }
        guard let real = realpath(path, nil) else { return SystemText(path) }
        defer { free(real) }
        return SystemText(real)
    }

    package func load() throws(FixtureFailure) -> LoadedFixtures {
        let files: [FixtureFile]
        do {
            files = try self.files()
        } catch {
            throw .unreadable(error)
        }
        do {
            return LoadedFixtures(
                catalog: try Catalog.load(files, dialects: Wiring.fixtureKeys, identify: Identifiers.fixture),
                digest: FixtureDigest.of(files))
        } catch {
            throw .mistakes(error.diagnostics.map { "\(description)/\($0)" })
        }
    }

    /// - Parameter outcome: what comes of mistakes.
    /// - Throws: all mistakes in the files, as `foilmock check` shows them.
    func catalog(of files: [FixtureFile], else outcome: String = "nothing is played") throws(AppError) -> Catalog {
        do {
            return try Catalog.load(files, dialects: Wiring.fixtureKeys, identify: Identifiers.fixture)
        } catch {
            throw CheckReport.failure(
                error.diagnostics, files, "in the fixtures; \(outcome)", below: "\(description)/")
        }
    }

    /// One line that says how many warnings the catalog has; nil when it has none.
    func remark(on catalog: Catalog) -> String? {
        guard !catalog.warnings.isEmpty else { return nil }
        let folder = if case .folder(let path) = self { " \(path)" } else { "" }
        return "the fixtures have \(Counted(catalog.warnings.count, "warning")); see 'foilmock check\(folder)'"
    }

    /// - Throws: an error of one line for a folder that cannot be read.
    func files() throws(AppError) -> [FixtureFile] {
        switch self {
        case .builtIn: return FixtureSource.embedded
        case .folder(let path):
            do {
                return try FixtureFolder.read(path)
            } catch {
                throw FixtureSource.unreadable(error)
            }
        }
    }

    static func unreadable(_ error: Diagnostic) -> AppError {
        .failure("the fixture folder: \(error.file) \(error.message)")
    }

    /// The bytes of a persona's photo; nil when they cannot be read.
    func photo(of slug: String, at path: String) -> [UInt8]? {
        let path = "personas/\(slug)/\(path)"
        switch self {
        case .builtIn: return FixtureSource.embedded.first { $0.path == path }?.bytes
        case .folder(let root): return try? FixtureFolder.contents(path, below: root)
        }
    }

    /// The built-in files.
    static var embedded: [FixtureFile] {
        (0..<embedded_fixture_count()).map { FixtureFile(embedded_fixture($0)) }
    }
}

/// A catalog, and the digest of its fixtures.
package struct LoadedFixtures: Sendable {
    let catalog: Catalog
    package let digest: String
}

/// Why fixtures cannot be served.
package enum FixtureFailure: Error, Equatable {
    case unreadable(AppError)
    /// One line for each diagnostic.
    case mistakes([String])

    /// The error with which the server does not start.
    var atStart: AppError { failure(else: "nothing is served") }

    /// - Parameter outcome: what comes of mistakes.
    func failure(else outcome: String) -> AppError {
        switch self {
        case .unreadable(let error): error
        case .mistakes(let lines):
            AppError(
                message: (lines + ["Error: \(Counted(lines.count, "mistake")) in the fixtures; \(outcome)"])
                    .joined(separator: "\n"), isUsage: false)
        }
    }
}

/// A number with a noun: `1 mistake`, `2 mistakes`.
struct Counted: CustomStringConvertible {
    let description: String

    init(_ number: Int, _ word: String) { description = "\(number) \(word)\(number == 1 ? "" : "s")" }
}

/// The path of the running program.
enum Executable {
    static var path: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

import Journal
import Emulator
import Glibc
import Program

extension FuzzTarget {
    /// A journal of the built-in fixtures is refused with the line that is wrong, or replayed to its end.
    static func journal(_ input: [UInt8]) -> String? {
        let path = temporaryFile(header + [UInt8(ascii: "\n")] + input)
        defer { unlink(path) }
        do throws(AppError) {
            let report = try Replay(journal: path).report(environment: [:])
            return report.lines.isEmpty ? "replayed without a word" : nil
        } catch {
            return error.message.hasPrefix("Error: ") ? nil : "the error says: \(error.message)"
        }
    }

    private static let header: [UInt8] = {
        var header = JournalHeader()
        header.fixtures = (try? FixtureSource.builtIn.load().digest) ?? ""
        return header.line(sandbox: nil, isWhole: true)
    }()

    private static func temporaryFile(_ bytes: [UInt8]) -> String {
        var template = Array("/tmp/foilmock-fuzz-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { fatalError("no file can be made in /tmp") }
        defer { close(descriptor) }
        guard bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
            fatalError("a file in /tmp cannot be written")
        }
        return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

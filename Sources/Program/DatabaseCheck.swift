import Emulator
import Fixtures
import JSON
import Store

/// `foilmock check --db FILE`: reports all that is damaged in a database, and writes nothing.
enum DatabaseCheck {
    /// The most findings that are reported one by one.
    static let limit = 1_000

    static let remedy = """
        Remedy: restore a copy of the file from before the damage. Without one, save what is whole with
        GET /_foilmock/v1/sandboxes/NAME/snapshot, and begin with a new file. A reset removes a damaged session.
        """

    /// - Throws: the message for the user when the file cannot be read as a database of foilmock.
    /// - Parameter stage: called with what is read next.
    static func diagnostics(
        of path: String, stage: @escaping (String) -> Void = { _ in }
    ) throws(AppError) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var (errors, warnings) = (0, 0)
        do throws(StoreError) {
            try SQLiteStore.inspect(path, texts, stage: stage) { finding in
                if found.count < limit {
                    found.append(Diagnostic(finding.isError ? .error : .warning, file: path, message: finding.message))
                } else if finding.isError {
                    errors += 1
                } else {
                    warnings += 1
                }
            }
        } catch {
            throw .failure(error.message)
        }
        if errors > 0 { found.append(Diagnostic(file: path, message: "and \(Counted(errors, "more error"))")) }
        if warnings > 0 {
            found.append(Diagnostic(.warning, file: path, message: "and \(Counted(warnings, "more warning"))"))
        }
        return found
    }

    private static var texts: TextReaders {
        TextReaders(
            settings: Sandbox.mistake,
            document: { text in
                do throws(JSONError) {
                    _ = try JSONReader.read(Array(text.utf8))
                    return nil
                } catch {
                    return error.message
                }
            })
    }
}

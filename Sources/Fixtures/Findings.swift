import JSON

/// What is wrong in one file, collected while it is decoded, so that an author sees all of it at once.
final class Findings {
    let file: FixtureFile
    private(set) var diagnostics: [Diagnostic] = []

    init(_ file: FixtureFile) { self.file = file }

    func report(_ message: String, at offset: Int) {
        let (line, column) = JSONPosition.of(offset, in: file.bytes)
        diagnostics.append(Diagnostic(file: file.path, line: line, column: column, message: message))
    }

    /// The file's JSON value; nil, and reported, when it is not JSON.
    func parse() -> JSONValue? {
        do {
            return try JSONReader.read(file.bytes)
        } catch {
            report(error.message, at: error.offset)
            return nil
        }
    }
}

import JSON

/// What is wrong in one file, collected while it is decoded, so that an author sees all of it at once.
final class Findings {
    let file: FixtureFile
    /// What keeps the file from being served.
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    private lazy var positions = JSONPositions(file.bytes)

    init(_ file: FixtureFile) { self.file = file }

    func report(_ message: String, at offset: Int) {
        let (line, column) = place(of: offset)
        diagnostics.append(Diagnostic(file: file.path, line: line, column: column, message: message))
    }

    func warn(_ message: String, at offset: Int) {
        let (line, column) = place(of: offset)
        warnings.append(Diagnostic(.warning, file: file.path, line: line, column: column, message: message))
    }

    func place(of offset: Int) -> (line: Int, column: Int) {
        positions.of(offset)
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

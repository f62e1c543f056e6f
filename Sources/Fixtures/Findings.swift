public import JSON
import Text

/// What is wrong in one text, collected while it is decoded, so that an author sees all of it at once.
public final class Findings {
    private enum Source {
        case file(FixtureFile)
        case document(JSONValue)
    }

    private let source: Source
    private var positions: JSONPositions?
    private var lines: JSONLines?
    /// What keeps the text from being served. Of a document sent by a client the first mistake is kept, which is all that it
    /// is told besides their number, and no warnings.
    public private(set) var diagnostics: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    /// How many mistakes there are.
    private(set) var count = 0

    /// What the parts of one document share.
    private final class Room {
        /// Whether a mistake was kept.
        var isFull = false
        var patterns: PatternShelf

        init(_ patterns: PatternShelf) { self.patterns = patterns }
    }

    private let room: Room

    /// Places are lines and columns of the file.
    init(_ file: FixtureFile) {
        source = .file(file)
        room = Room(PatternShelf(isLimited: false))
    }

    /// Places are paths of keys; they stand where a diagnostic has its file.
    public init(document: JSONValue) {
        source = .document(document)
        room = Room(PatternShelf(isLimited: true))
    }

    /// Of another part of a document, which is read after the first one: where that keeps a mistake this one keeps none.
    init(following first: Findings) {
        source = first.source
        room = first.room
    }

    var takesWarnings: Bool {
        if case .file = source { true } else { false }
    }

    /// Builds the message only if it is kept.
    public func report(_ message: @autoclosure () -> String, at offset: Int) {
        count += 1
        if case .document = source {
            if room.isFull { return }
            room.isFull = true
        }
        diagnostics.append(diagnostic(.error, message(), offset))
    }

    func warn(_ message: @autoclosure () -> String, at offset: Int) {
        guard takesWarnings else { return }
        warnings.append(diagnostic(.warning, message(), offset))
    }

    /// What is wrong in a document, for who has sent it, with a path that begins with `$`; nil when nothing is.
    public var summary: String? { diagnostics.first.map { Findings.summary($0, of: count, root: "$") } }

    /// The first mistake, with its path, and how many more there are.
    /// - Parameter root: what the path begins with; without it, it begins with a key, and is left out where it has none.
    static func summary(_ first: Diagnostic, of count: Int, root: String = "") -> String {
        // A message that begins with the key which ends the path says it twice.
        let key = first.file.split(separator: ".").last.map { "\"\($0)\" " } ?? ""
        let repeats = first.message.hasPrefix(key) && !first.message.hasPrefix(key + "of ")
        let text = repeats ? String(first.message.dropFirst(key.count)) : first.message
        let more = count > 1 ? " (and \(count - 1) more mistake\(count > 2 ? "s" : ""))" : ""
        let joint = root.isEmpty || first.file.isEmpty || first.file.hasPrefix("[") ? "" : "."
        let path = root + joint + first.file
        return (path.isEmpty ? text : "\(path): \(text)") + more
    }

    /// The line of a file that an offset is in; 0 in a document. To be asked in about the order of the file.
    func line(of offset: Int) -> Int {
        guard case .file(let file) = source else { return 0 }
        if lines == nil { lines = JSONLines(file.bytes) }
        return lines?.of(offset) ?? 0
    }

    /// A pattern of the text, compiled.
    func pattern(_ source: String) throws(PatternShelf.Refusal) -> Pattern { try room.patterns.pattern(source) }

    /// A file's JSON value; nil, and reported, when it is not JSON.
    func parse(_ file: FixtureFile) -> JSONValue? {
        do {
            return try JSONReader.read(file.bytes)
        } catch {
            report(error.message, at: error.offset)
            return nil
        }
    }

    private func diagnostic(_ severity: Diagnostic.Severity, _ message: String, _ offset: Int) -> Diagnostic {
        switch source {
        case .document(let value):
            return Diagnostic(severity, file: JSONPath.of(offset, in: value), message: message)
        case .file(let file):
            let (line, column) = place(of: offset, in: file)
            return Diagnostic(severity, file: file.path, line: line, column: column, message: message)
        }
    }

    /// The text is counted through once, and only if a place is asked for.
    private func place(of offset: Int, in file: FixtureFile) -> (line: Int, column: Int) {
        let known = positions ?? JSONPositions(file.bytes)
        positions = known
        return known.of(offset)
    }
}

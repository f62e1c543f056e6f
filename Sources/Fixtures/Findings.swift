public import JSON
import Text

/// The mistakes and warnings in one text, collected while it is decoded, so that an author sees all of them at once.
public final class Findings {
    private enum Source {
        case file(FixtureFile)
        case document(JSONValue)
    }

    private let source: Source
    private var positions: JSONPositions?
    private var lines: JSONLines?
    /// How much a mistake says about what to do: of a document from a client only the most helpful one is kept.
    public enum Help: Int, Comparable {
        /// A key that is nearly a known one.
        case misspelt
        case wrong
        case missing
        /// A key that is like no known one.
        case unknown

        public static func < (a: Help, b: Help) -> Bool { a.rawValue < b.rawValue }
    }

    /// The mistakes. Of a document only the most helpful one is kept, the first of several, because the answer reports
    /// that and the number of all; warnings are not kept.
    public private(set) var diagnostics: [Diagnostic] = []
    public private(set) var warnings: [Diagnostic] = []
    /// The number of mistakes.
    public private(set) var count = 0

    /// State that the parts of one document share.
    private final class Room {
        /// The help of the mistake that is kept.
        var kept: Help?
        /// How many keys of a document may still be compared with the known ones.
        var guesses = 8
        var patterns: PatternShelf

        init(_ patterns: PatternShelf) { self.patterns = patterns }
    }

    private let room: Room

    /// Findings in a file: places are lines and columns.
    public init(_ file: FixtureFile) {
        source = .file(file)
        room = Room(PatternShelf(isLimited: false))
    }

    /// Findings in a document: places are paths of keys, which are written in a diagnostic's `file`.
    public init(document: JSONValue) {
        source = .document(document)
        room = Room(PatternShelf(isLimited: true))
    }

    /// Findings in another part of a document, which is read after the first: when the first has a mistake, this one
    /// keeps none.
    init(following first: Findings) {
        source = first.source
        room = first.room
    }

    /// Whether it is a file's. Then every mistake is kept, except those that follow from another, and there are warnings.
    var isFile: Bool {
        if case .file = source { true } else { false }
    }

    /// Reports a mistake. The message is built only if it is kept.
    public func report(_ message: @autoclosure () -> String, at offset: Int, help: Help = .wrong) {
        count += 1
        if case .document = source {
            guard keeps(help) else { return }
            room.kept = help
            diagnostics = []
        }
        diagnostics.append(diagnostic(.error, message(), offset))
    }

    /// Whether a mistake would be kept: in a document one that helps more than the one before it in the same part.
    private func keeps(_ help: Help) -> Bool { room.kept.map { !diagnostics.isEmpty && help < $0 } ?? true }

    /// Reports an unknown key.
    /// - Parameters:
    ///   - near: `; did you mean "x"?`, or nothing. It is asked for only if it may be kept.
    ///   - known: what to say when there is no near key; nil when the known keys are not known: then no such mistake is
    ///     reported.
    func report(unknown key: String, in what: String, near: () -> String, known: (() -> String)?, at offset: Int) {
        var guess = ""
        if case .document = source {
            if keeps(.misspelt), room.guesses > 0 {
                room.guesses -= 1
                guess = near()
            }
        } else {
            guess = near()
        }
        guard guess.isEmpty else {
            return report("unknown key \"\(key)\" in \(what)\(guess)", at: offset, help: .misspelt)
        }
        guard let known else { return }
        report("unknown key \"\(key)\" in \(what)\(known())", at: offset, help: .unknown)
    }

    public func warn(_ message: @autoclosure () -> String, at offset: Int) {
        guard isFile else { return }
        warnings.append(diagnostic(.warning, message(), offset))
    }

    /// The mistake that is kept of a document, for its sender, with a path that begins with `$`; nil when it has no mistake.
    public var summary: String? { diagnostics.first.map { Findings.summary($0, of: count, root: "$") } }

    /// The first mistake, with its path, and the number of the others.
    /// - Parameter root: the beginning of the path; when empty, the path begins with a key, and an empty path is left
    ///   out.
    static func summary(_ first: Diagnostic, of count: Int, root: String = "") -> String {
        // A message that begins with the last key of the path would repeat it.
        let key = first.file.split(separator: ".").last.map { "\"\($0)\" " } ?? ""
        let repeats = first.message.hasPrefix(key) && !first.message.hasPrefix(key + "of ")
        let text = repeats ? String(first.message.dropFirst(key.count)) : first.message
        let more = count > 1 ? " (and \(count - 1) more mistake\(count > 2 ? "s" : ""))" : ""
        let joint = root.isEmpty || first.file.isEmpty || first.file.hasPrefix("[") ? "" : "."
        let path = root + joint + first.file
        return (path.isEmpty ? text : "\(path): \(text)") + more
    }

    /// The line of an offset in a file; 0 in a document. It is fast when called in the order of the file.
    public func line(of offset: Int) -> Int {
        guard case .file(let file) = source else { return 0 }
        if lines == nil { lines = JSONLines(file.bytes) }
        return lines?.of(offset) ?? 0
    }

    /// Compiles a pattern of the text.
    func pattern(_ source: String) throws(PatternShelf.Refusal) -> Pattern { try room.patterns.pattern(source) }

    /// Reads a file's JSON value; nil, with a report, when it is not JSON.
    /// - Parameter depthLimit: how deep arrays and objects can nest.
    public func parse(_ file: FixtureFile, depthLimit: Int = JSONReader.standardDepth) -> JSONValue? {
        if let mistake = file.mistake {
            count += 1
            diagnostics.append(Diagnostic(file: file.path, message: mistake))
            return nil
        }
        do {
            return try JSONReader.read(file.bytes, depthLimit: depthLimit)
        } catch {
            report(
                error.message + SyntaxHint.text(for: file.bytes, at: error.offset),
                at: SyntaxHint.place(of: error, in: file.bytes))
            return nil
        }
    }

    /// The offset of a byte of a string's value, for the string that begins at an offset; in a document, of which there
    /// are no bytes, the string's own.
    func offset(ofByte place: Int, inStringAt offset: Int) -> Int {
        guard case .file(let file) = source else { return offset }
        return JSONReader.offset(ofByte: place, inStringAt: offset, of: file.bytes)
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

    /// Lines are counted once, and only if a place is needed.
    private func place(of offset: Int, in file: FixtureFile) -> (line: Int, column: Int) {
        let known = positions ?? JSONPositions(file.bytes)
        positions = known
        return known.of(offset)
    }
}

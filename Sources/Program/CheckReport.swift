import Exact
import Fixtures
import HTTP
import JSON

/// Writes the output of `foilmock check`. `folder` is what each path begins with: a folder and a slash, or nothing.
enum CheckReport {
    /// One line for each diagnostic, below it the line of the file and a caret under the column; at the end the counts.
    static func text(_ diagnostics: [Diagnostic], _ files: [FixtureFile], below folder: String) -> Painted {
        let summary = Painted(summary(diagnostics))
        return diagnostics.isEmpty ? summary : "\(findings(diagnostics, files, below: folder))\n\(summary)"
    }

    /// The most diagnostics that are printed for people.
    private static let limit = 200
    /// The most columns of an excerpt.
    private static let width = 200

    /// The same without the counts.
    static func findings(_ diagnostics: [Diagnostic], _ files: [FixtureFile], below folder: String) -> Painted {
        var lines: [Painted] = []
        var texts = FileLines(files)
        for diagnostic in diagnostics.prefix(limit) {
            lines.append(line(diagnostic, below: folder))
            if let excerpt = excerpt(diagnostic, &texts) { lines += excerpt }
        }
        let more = diagnostics.count - limit
        if more > 0 { lines.append("… and \(String(more)) more") }
        return lines.joined(separator: "\n")
    }

    /// The same as the error of a command that cannot go on.
    /// - Parameter place: where the mistakes are, and what follows: `in the fixtures; nothing is played`.
    static func failure(
        _ diagnostics: [Diagnostic], _ files: [FixtureFile], _ place: String, below folder: String
    ) -> AppError {
        let report = findings(diagnostics, files, below: folder)
        let count = Counted(diagnostics.count, "mistake")
        return AppError(message: "\(report.plain)\nError: \(count) \(place)", isUsage: false)
    }

    /// As `Diagnostic` describes itself.
    private static func line(_ diagnostic: Diagnostic, below folder: String) -> Painted {
        let paint = diagnostic.severity == .error ? Painted.Paint.error : .warning
        return
            "\("\(folder)\(diagnostic.place)", .place): \(diagnostic.severity.rawValue, paint): \(diagnostic.message)"
    }

    /// A list of objects: `severity`, `file`, `line`, `column`, `message`.
    static func json(_ diagnostics: [Diagnostic], below folder: String) -> String {
        var writer = JSONWriter(capacity: 1024)
        writer.beginArray()
        for diagnostic in diagnostics {
            writer.beginObject()
            writer.member("severity", diagnostic.severity.rawValue)
            writer.member("file", "\(folder)\(diagnostic.file)")
            writer.member("line", diagnostic.line)
            writer.member("column", diagnostic.column)
            writer.member("message", diagnostic.message)
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// SARIF 2.1.0 (OASIS), which code hosts and editors read.
    static func sarif(_ diagnostics: [Diagnostic], below folder: String) -> String {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        writer.member("version", "2.1.0")
        writer.key("runs")
        writer.beginArray()
        writer.beginObject()
        writer.key("tool")
        writer.beginObject()
        writer.key("driver")
        writer.beginObject()
        writer.member("name", "foilmock")
        writer.member("version", App.version)
        writer.endObject()
        writer.endObject()
        writer.key("results")
        writer.beginArray()
        for diagnostic in diagnostics { writer.sarifResult(diagnostic, below: folder) }
        writer.endArray()
        writer.endObject()
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A path as a reference of a URI (RFC 3986).
    fileprivate static func uri(_ path: String) -> String {
        path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
            .map { PercentEncoding.encode(String($0)) }.joined(separator: "/")
    }

    private static func summary(_ diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        return "\(Counted(errors, "error")), \(Counted(warnings, "warning"))"
    }

    /// The diagnostic's line and a caret below its column; of a long line the part around it. Tabs stay tabs, so that the
    /// caret is in the right place.
    private static func excerpt(_ diagnostic: Diagnostic, _ texts: inout FileLines) -> [Painted]? {
        let lines = texts.of(diagnostic.file)
        guard lines.indices.contains(diagnostic.line - 1) else { return nil }
        let line = lines[diagnostic.line - 1]
        let before = diagnostic.column - 1
        let first = line.dropFirst(width).isEmpty || before < width / 2 ? 0 : before - width / 2
        let part = line.dropFirst(first).prefix(width)
        let cut = first > 0 ? "…" : ""
        let indent = part.prefix(before - first).map { $0 == "\t" ? "\t" : " " }.joined()
        let end = line.dropFirst(first + width).isEmpty ? "" : "…"
        return [
            Painted("\(cut)\(String(String.UnicodeScalarView(part)))\(end)"),
            "\(cut.isEmpty ? "" : " ")\(indent)\("^", .mark)",
        ]
    }
}

/// The lines of files, each file split once.
private struct FileLines {
    private let files: [ExactText: FixtureFile]
    private var lines: [ExactText: [Substring.UnicodeScalarView]] = [:]

    init(_ files: [FixtureFile]) {
        self.files = Dictionary(files.map { (ExactText($0.path), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Empty when there is no such file.
    mutating func of(_ path: String) -> [Substring.UnicodeScalarView] {
        if let known = lines[path] { return known }
        let split = files[path].map(FileLines.split) ?? []
        lines[path] = split
        return split
    }

    /// Lines are counted as in `JSONPositions`: a CRLF is one line end.
    private static func split(_ file: FixtureFile) -> [Substring.UnicodeScalarView] {
        let mark = JSONReader.byteOrderMark
        let bytes = file.bytes.starts(with: mark) ? file.bytes.dropFirst(mark.count) : file.bytes[...]
        let text = String(decoding: bytes, as: UTF8.self).with("\n", inPlaceOf: "\r\n")
        return text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
    }
}

extension JSONWriter {
    fileprivate mutating func sarifResult(_ diagnostic: Diagnostic, below folder: String) {
        beginObject()
        member("level", diagnostic.severity.rawValue)
        key("message")
        beginObject()
        member("text", diagnostic.message)
        endObject()
        key("locations")
        beginArray()
        beginObject()
        key("physicalLocation")
        beginObject()
        key("artifactLocation")
        beginObject()
        member("uri", CheckReport.uri("\(folder)\(diagnostic.file)"))
        endObject()
        if diagnostic.line > 0 {
            key("region")
            beginObject()
            member("startLine", diagnostic.line)
            member("startColumn", diagnostic.column)
            endObject()
        }
        endObject()
        endObject()
        endArray()
        endObject()
    }
}

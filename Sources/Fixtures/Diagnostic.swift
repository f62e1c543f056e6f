/// A mistake or a warning in a fixture, with its place.
public struct Diagnostic: Error, Hashable, Comparable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        /// A mistake: the fixtures are not served.
        case error
        /// The fixtures are served, but are probably not what the author meant.
        case warning
    }

    public let severity: Severity
    public let file: String
    /// Counted from 1; 0 for the whole file.
    public let line: Int
    public let column: Int
    public let message: String

    public init(
        _ severity: Severity = .error, file: String, line: Int = 0, column: Int = 0, message: String
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// Orders by place.
    public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
        (a.file, a.line, a.column, a.message) < (b.file, b.line, b.column, b.message)
    }

    /// `file:line:column`, or the file alone.
    public var place: String { line == 0 ? file : "\(file):\(line):\(column)" }

    /// `file:line:column: error: message`, as compilers print it.
    public var description: String { "\(place): \(severity.rawValue): \(message)" }
}

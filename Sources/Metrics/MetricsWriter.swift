/// Writes the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
public struct MetricsWriter {
    /// The value of Content-Type.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// Names with values.
    public typealias Labels = [(name: StaticString, value: String)]

    public private(set) var text = ""
    private var name = ""

    public init() {}

    /// Begins a metric: its samples follow.
    /// - Parameters:
    ///   - name: by the conventions of Prometheus, with its unit; a counter's ends with `_total`.
    ///   - help: one sentence.
    public mutating func metric(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        self.name = "\(name)"
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    public mutating func sample(_ value: Int, _ labels: Labels = []) { line("", labels, value.description) }

    /// - Parameter nanoseconds: written in seconds, the unit of the conventions.
    public mutating func sample(nanoseconds: Int64, _ labels: Labels = []) {
        line("", labels, MetricsWriter.seconds(nanoseconds))
    }

    /// A histogram of durations in nanoseconds, which is written in seconds.
    public mutating func durations(_ histogram: Histogram, _ labels: Labels = []) {
        write(histogram, labels, MetricsWriter.seconds)
    }

    /// A histogram of plain numbers.
    public mutating func numbers(_ histogram: Histogram, _ labels: Labels = []) {
        write(histogram, labels) { $0.description }
    }

    private mutating func write(_ histogram: Histogram, _ labels: Labels, _ number: (Int64) -> String) {
        var count = 0
        for (place, bound) in histogram.bounds.enumerated() {
            count += histogram.counts[place]
            line("_bucket", labels + [("le", number(bound))], count.description)
        }
        count += histogram.counts[histogram.bounds.count]
        line("_bucket", labels + [("le", "+Inf")], count.description)
        line("_sum", labels, number(histogram.sum))
        line("_count", labels, count.description)
    }

    private mutating func line(_ suffix: StaticString, _ labels: Labels, _ value: String) {
        text += "\(name)\(suffix)"
        if !labels.isEmpty {
            text +=
                "{" + labels.map { "\($0.name)=\"\(MetricsWriter.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func seconds(_ nanoseconds: Int64) -> String { (Double(nanoseconds) / 1e9).description }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

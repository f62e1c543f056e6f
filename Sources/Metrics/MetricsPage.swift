/// The metrics of all parts of the program. Each part adds a function that writes its own; they are called when
/// somebody reads the page, so what is not read costs only its counting.
public final class MetricsPage {
    private var parts: [(inout MetricsWriter) -> Void] = []

    public init() {}

    public func add(_ part: @escaping (inout MetricsWriter) -> Void) { parts.append(part) }

    /// The page as it is now.
    public var text: [UInt8] {
        var writer = MetricsWriter()
        for part in parts { part(&writer) }
        return Array(writer.text.utf8)
    }
}

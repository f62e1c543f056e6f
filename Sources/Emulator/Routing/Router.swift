import HTTP

/// Finds the route of a request among those of one dialect.
struct Router {
    enum Match {
        case route(Route, parameters: PathParameters)
        /// The path has a route for other methods; `allow` is the value of `Allow` (RFC 9110 §15.5.6).
        case wrongMethod(allow: String)
        case nothing
    }

    /// A class, because each request looks at several, and to copy one would count many references.
    private final class Entry {
        let route: Route
        /// As bytes; nil for a parameter.
        let segments: [[UInt8]?]
        /// The names of the parameters, in order.
        let names: [String]

        init(_ route: Route) {
            self.route = route
            segments = Router.split(route.path).map { $0.first == UInt8(ascii: "{") ? nil : Array($0) }
            names = zip(Router.split(route.path), segments).filter { $1 == nil }.map { segment, _ in
                String(decoding: segment.dropFirst().dropLast(), as: UTF8.self)
            }
        }
    }

    private let entries: [Int: [Entry]]

    init(_ routes: [Route]) {
        entries = Dictionary(grouping: routes.map(Entry.init), by: \.segments.count)
    }

    /// Finds the route for a path as it was sent. A slash at the end adds a segment, so it makes another path. HEAD is
    /// answered by the route of GET.
    func match(_ method: Method, _ path: String) -> Match {
        let segments = Router.split(path)
        let wanted = method == .head ? .get : method
        var allowed: [Method] = []
        for entry in entries[segments.count] ?? [] {
            guard let parameters = Router.parameters(of: entry, segments) else { continue }
            if entry.route.method == wanted { return .route(entry.route, parameters: parameters) }
            allowed.append(entry.route.method)
        }
        guard !allowed.isEmpty else { return .nothing }
        if allowed.contains(.get) { allowed.append(.head) }
        return .wrongMethod(allow: allowed.map(\.name).sorted().joined(separator: ", "))
    }

    /// A wrongly encoded segment is passed on undecoded; the endpoint refuses it.
    private static func parameters(of entry: Entry, _ segments: [ArraySlice<UInt8>]) -> PathParameters? {
        for place in segments.indices {
            if let wanted = entry.segments[place], !segments[place].elementsEqual(wanted) { return nil }
        }
        var values: [String] = []
        for place in segments.indices where entry.segments[place] == nil {
            let text = String(decoding: segments[place], as: UTF8.self)
            values.append(PercentEncoding.decode(text) ?? text)
        }
        return PathParameters(names: entry.names, values: values)
    }

    /// By hand, because each message comes by here and the library's `split` costs more.
    private static func split(_ path: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(path.utf8)
        var segments: [ArraySlice<UInt8>] = []
        segments.reserveCapacity(8)
        var start = 0
        for place in bytes.indices where bytes[place] == UInt8(ascii: "/") {
            segments.append(bytes[start..<place])
            start = place + 1
        }
        segments.append(bytes[start...])
        return segments
    }
}

/// The percent-decoded values of a path's parameters, by their names in the route.
public struct PathParameters: Sendable {
    private let names: [String]
    private let values: [String]

    /// The parameters of a path that has none.
    public init() { (names, values) = ([], []) }

    init(names: [String], values: [String]) { (self.names, self.values) = (names, values) }

    /// The value of a parameter, which the route must have.
    public subscript(name: String) -> String {
        guard let place = names.firstIndex(of: name) else { preconditionFailure("the route has no {\(name)}") }
        return values[place]
    }
}

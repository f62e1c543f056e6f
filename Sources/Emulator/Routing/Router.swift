import HTTP

/// Finds the route of a request among those of one dialect.
struct Router {
    enum Match {
        case route(Route, parameters: PathParameters)
        /// The path has a route for other methods; `allow` is the value of `Allow` (RFC 9110 §15.5.6).
        case wrongMethod(allow: String)
        case nothing
    }

    private struct Entry {
        let route: Route
        /// As bytes; nil for a parameter.
        let segments: [[UInt8]?]
        /// The names of the parameters, in order.
        let names: [String]
    }

    private let entries: [Int: [Entry]]

    init(_ routes: [Route]) {
        let all = routes.map { route in
            let segments = Router.split(route.path).map { $0.first == UInt8(ascii: "{") ? nil : Array($0) }
            let names = zip(Router.split(route.path), segments).filter { $1 == nil }.map { segment, _ in
                String(decoding: segment.dropFirst().dropLast(), as: UTF8.self)
            }
            return Entry(route: route, segments: segments, names: names)
        }
        entries = Dictionary(grouping: all, by: \.segments.count)
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
        for (segment, wanted) in zip(segments, entry.segments) {
            if let wanted, !segment.elementsEqual(wanted) { return nil }
        }
        let values = zip(segments, entry.segments).filter { $1 == nil }.map { segment, _ in
            let text = String(decoding: segment, as: UTF8.self)
            return PercentEncoding.decode(text) ?? text
        }
        return PathParameters(names: entry.names, values: values)
    }

    private static func split(_ path: String) -> [ArraySlice<UInt8>] {
        Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
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

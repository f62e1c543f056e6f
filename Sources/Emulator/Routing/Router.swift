import Exact
import HTTP

/// Finds the route of a request among those of one dialect.
struct Router {
    enum Match {
        case route(Route, RouteCounts, parameters: PathParameters)
        /// The path has a route for other methods; `allow` is the value of `Allow` (RFC 9110 §15.5.6).
        case wrongMethod(allow: String)
        case nothing
    }

    /// A class, because each request looks at several, and to copy one would count many references.
    private final class Entry {
        let route: Route
        let counts: RouteCounts
        /// The texts before, between and behind the parameters.
        let texts: [[UInt8]]
        /// The names of the parameters, in order.
        let names: [String]

        init(_ route: Route) {
            self.route = route
            counts = RouteCounts(method: route.method.name, path: route.path)
            var (texts, names): ([String], [String]) = ([], [])
            for (place, part) in route.path.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
                let halves = place == 0 ? [part] : part.split(separator: "}", omittingEmptySubsequences: false)
                if place > 0 { names.append(String(halves[0])) }
                texts.append(String(halves[halves.count - 1]))
            }
            self.texts = texts.map { Array($0.utf8) }
            self.names = names
        }

        /// The places of the parameters in a path; nil when it is not a path of this route. A parameter is a whole
        /// segment.
        func parameters(in path: borrowing RawSpan) -> [Range<Int>]? {
            // The end first, because the paths of one dialect begin alike.
            let end = texts[texts.count - 1]
            guard Entry.follows(end, path, path.byteCount - end.count), Entry.follows(texts[0], path, 0) else {
                return nil
            }
            var places: [Range<Int>] = []
            var at = texts[0].count
            for text in texts.dropFirst() {
                let start = at
                while at < path.byteCount, path.unsafeLoad(fromByteOffset: at, as: UInt8.self) != UInt8(ascii: "/") {
                    at += 1
                }
                guard Entry.follows(text, path, at) else { return nil }
                places.append(start..<at)
                at += text.count
            }
            return at == path.byteCount ? places : nil
        }

        /// Whether a text comes at a place of a path.
        private static func follows(_ text: [UInt8], _ path: borrowing RawSpan, _ place: Int) -> Bool {
            let end = place + text.count
            return place >= 0 && end <= path.byteCount && path.extracting(place..<end) === text.span.bytes
        }
    }

    /// By the number of slashes in their paths.
    private let entries: [[Entry]]

    init(_ routes: [Route]) {
        var entries: [[Entry]] = []
        for route in routes {
            let slashes = Router.slashes(Array(route.path.utf8)[...])
            while entries.count <= slashes { entries.append([]) }
            entries[slashes].append(Entry(route))
        }
        self.entries = entries
    }

    /// Finds the route for a path as it was sent. A slash at the end adds a segment, so it makes another path. HEAD is
    /// answered by the route of GET.
    func match(_ method: Method, _ path: ArraySlice<UInt8>) -> Match {
        let slashes = Router.slashes(path)
        guard slashes < entries.count else { return .nothing }
        let wanted = method == .head ? .get : method
        var allowed: [Method] = []
        for entry in entries[slashes] {
            guard let places = entry.parameters(in: path.span.bytes) else { continue }
            if entry.route.method == wanted {
                let values = places.map { Router.value(of: path, $0) }
                return .route(
                    entry.route, entry.counts, parameters: PathParameters(names: entry.names, values: values))
            }
            if !allowed.contains(entry.route.method) { allowed.append(entry.route.method) }
        }
        guard !allowed.isEmpty else { return .nothing }
        if allowed.contains(.get) { allowed.append(.head) }
        return .wrongMethod(allow: allowed.map(\.name).sorted().joined(separator: ", "))
    }

    /// What is counted of each route.
    var counts: [RouteCounts] { entries.joined().map(\.counts) }

    /// What is counted of the route of a path; nil when there is none.
    func counts(_ method: Method, _ path: ArraySlice<UInt8>) -> RouteCounts? {
        if case .route(_, let counts, _) = match(method, path) { counts } else { nil }
    }

    /// A wrongly encoded segment is passed on undecoded; the endpoint refuses it.
    private static func value(of path: ArraySlice<UInt8>, _ place: Range<Int>) -> String {
        let text = String(decoding: path.dropFirst(place.lowerBound).prefix(place.count), as: UTF8.self)
        return PercentEncoding.decode(text) ?? text
    }

    private static func slashes(_ path: ArraySlice<UInt8>) -> Int {
        let bytes = path.span
        var count = 0
        for place in bytes.indices where bytes[place] == UInt8(ascii: "/") { count += 1 }
        return count
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

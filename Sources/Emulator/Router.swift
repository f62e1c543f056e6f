import HTTP

/// Finds the route of a request among those of one dialect.
struct Router {
    enum Match {
        case route(Route, parameters: [String])
        /// The path is there, for other methods: the value of `Allow` (RFC 9110 §15.5.6).
        case wrongMethod(allow: String)
        case nothing
    }

    private struct Entry {
        let route: Route
        /// Nil is a parameter.
        let segments: [String?]
    }

    private let entries: [Int: [Entry]]

    init(_ routes: [Route]) {
        let all = routes.map { route in
            Entry(
                route: route,
                segments: Router.split(route.path).map { $0.first == "{" && $0.last == "}" ? nil : String($0) })
        }
        entries = Dictionary(grouping: all, by: \.segments.count)
    }

    /// `path` is as it was sent; a slash at its end is a segment more, and so another path. HEAD is answered by the route
    /// of GET.
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

    /// A segment that is wrongly encoded stands for itself: what it means is the endpoint's to refuse.
    private static func parameters(of entry: Entry, _ segments: [Substring]) -> [String]? {
        var parameters: [String] = []
        for (segment, wanted) in zip(segments, entry.segments) {
            if let wanted {
                guard segment == wanted else { return nil }
            } else {
                parameters.append(PercentEncoding.decode(String(segment)) ?? String(segment))
            }
        }
        return parameters
    }

    private static func split(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}

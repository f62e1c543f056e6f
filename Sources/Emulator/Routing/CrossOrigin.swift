import Exact
import HTTP

/// Lets pages of other origins call the server (Fetch Standard, "CORS protocol"): a game in a browser, or in Unity's
/// WebGL player.
public struct CrossOrigin: Equatable, Sendable {
    public enum Origins: Equatable, Sendable {
        case any
        /// These origins, as browsers write them: `https://game.example:8443`. An empty list allows none.
        case listed([String])
    }

    private let origins: Origins

    /// In seconds. Long enough to save most preflights, short enough that a changed setting takes effect soon.
    private static let maxAge = "600"

    public init(_ origins: Origins) { self.origins = origins }

    /// Answers a preflight, which asks whether a call is allowed.
    /// - Parameters:
    ///   - methods: the methods that are allowed. A method that the path does not support gets a 405 when it is called.
    ///   - fields: the fields that are allowed besides those that are always allowed.
    /// - Returns: nil for a request that is not a preflight.
    func preflight(_ head: RequestHead, methods: [Method], fields: [String]) -> Response? {
        guard head.method == .options, head.fields.has(.origin), head.fields.has(.accessControlRequestMethod)
        else { return nil }
        var response = Response(status: .noContent)
        guard allows(head) else { return response }
        response.fields.add(.accessControlAllowMethods, methods.map(\.name).joined(separator: ", "))
        response.fields.add(.accessControlAllowHeaders, (fields + ["X-Request-ID"]).joined(separator: ", "))
        response.fields.add(.accessControlMaxAge, CrossOrigin.maxAge)
        return response
    }

    /// Lets the page read the response, its `Retry-After` and its `X-Request-ID`.
    func open(_ response: inout Response, to head: RequestHead) {
        if case .listed = origins { response.fields.add(.vary, "Origin") }
        guard let origin = head.fields[.origin], allows(head) else { return }
        response.fields.add(.accessControlAllowOrigin, origins == .any ? "*" : origin)
        response.fields.add(.accessControlExposeHeaders, "Retry-After, X-Request-ID")
    }

    /// Whether a text is an origin as browsers write it: a scheme and a host, with nothing after them.
    public static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && ["http:", "https:"].contains(parts[0]) && parts[1].isEmpty && !parts[2].isEmpty
            && parts[2].utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "*") }
    }

    private func allows(_ head: RequestHead) -> Bool {
        switch origins {
        case .any: true
        case .listed(let list): head.fields.all(.origin).allSatisfy { origin in list.contains { origin === $0 } }
        }
    }
}

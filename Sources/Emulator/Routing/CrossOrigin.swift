import Exact
import HTTP

/// Lets pages of other origins call (Fetch Standard, "CORS protocol"): a game in a browser, or in Unity's WebGL player.
public struct CrossOrigin: Equatable, Sendable {
    public enum Origins: Equatable, Sendable {
        case any
        /// As browsers write them, `https://game.example:8443`; none: nobody's.
        case listed([String])
    }

    private let origins: Origins

    /// Long enough to save most preflights, short enough to see a changed setting soon.
    private static let maxAge = "600"

    public init(_ origins: Origins) { self.origins = origins }

    /// The answer to a preflight, which asks whether a call may be made.
    /// - Parameters:
    ///   - methods: what may be used. Those that the very path does not take get their 405 when they come.
    ///   - fields: what may be sent beside the fields that always may be.
    /// - Returns: nil for a request that is none.
    func preflight(_ head: RequestHead, methods: [Method], fields: [String]) -> Response? {
        guard head.method == .options, head.fields[.origin] != nil,
            head.fields[.accessControlRequestMethod] != nil
        else { return nil }
        var response = Response(status: .noContent)
        guard allows(head) else { return response }
        response.fields.add(.accessControlAllowMethods, methods.map(\.name).joined(separator: ", "))
        response.fields.add(.accessControlAllowHeaders, fields.joined(separator: ", "))
        response.fields.add(.accessControlMaxAge, CrossOrigin.maxAge)
        return response
    }

    /// Lets the page read the response, and in it when to try again.
    func open(_ response: inout Response, to head: RequestHead) {
        if case .listed = origins { response.fields.add(.vary, "Origin") }
        guard let origin = head.fields[.origin], allows(head) else { return }
        response.fields.add(.accessControlAllowOrigin, origins == .any ? "*" : origin)
        response.fields.add(.accessControlExposeHeaders, "Retry-After")
    }

    private func allows(_ head: RequestHead) -> Bool {
        switch origins {
        case .any: true
        case .listed(let list): list.contains { head.fields[.origin] === $0 }
        }
    }
}

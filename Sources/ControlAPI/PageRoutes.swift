import Embedded
import Emulator
import Exact
import HTTP

/// The page for browsers. Its files hold nothing of the server's, so they need no token; what the page shows it reads from
/// the control API, with the token.
struct PageRoutes {
    let gate: ControlGate

    /// No code or style but the page's own files, no other server, and no page around this one.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    var routes: [Route] {
        var routes = [
            Route(.get, "/_foilmock", redirect),
            Route(.get, "/_foilmock/") { call throws(Failure) in try file("index.html", call) },
            Route(.get, "/_foilmock/{file}") { call throws(Failure) in try file(call.parameters["file"], call) },
        ]
        for index in routes.indices { routes[index].isOfServer = true }
        return routes
    }

    /// Leads to the page, whose files are found beside it. The place is relative, so it is right below any prefix, and the
    /// browser keeps the fragment, which may hold the token (RFC 9110 §10.2.2).
    private func redirect(_ call: Call) throws(Failure) -> Response {
        try gate.checkHost(call.request.head)
        var fields = Fields()
        fields.add(.location, "_foilmock/")
        fields.add(.contentType, "text/plain; charset=utf-8")
        return Response(status: .temporaryRedirect, fields: fields, body: Array("The page is at /_foilmock/\n".utf8))
    }

    private func file(_ name: String, _ call: Call) throws(Failure) -> Response {
        let files = (0..<embedded_page_file_count()).lazy.map { embedded_page_file($0) }
        guard let file = files.first(where: { String(cString: $0.path) === name }) else {
            throw Failure(.notFound, "Not Found")
        }
        try gate.checkHost(call.request.head)
        var fields = Fields()
        fields.add(.contentType, PageRoutes.type(of: name))
        fields.add(.contentSecurityPolicy, PageRoutes.policy)
        fields.add(.contentTypeOptions, "nosniff")
        fields.add(.referrerPolicy, "no-referrer")
        fields.add(.cacheControl, "no-cache")
        return Response(
            status: .ok, fields: fields, body: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
    }

    private static func type(of name: String) -> String {
        if name.hasSuffix(".js") { return "text/javascript; charset=utf-8" }
        if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
        if name.hasSuffix(".svg") { return "image/svg+xml" }
        return "text/html; charset=utf-8"
    }
}

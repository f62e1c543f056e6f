import ControlAPI
import EventLoop
import HTTP
import HTTPServer
import Metrics

/// Answers `GET /metrics` on a socket of its own, without a token: for a Prometheus that can reach no more than this.
final class MetricsListener: Handler {
    private let page: MetricsPage
    private let hosts: HostCheck
    private var server: Server?

    /// More than the scrapers of a test or two. A client that is slow, or keeps its connection and asks for nothing, gives
    /// its place up soon; a scraper connects again.
    private static let limits = {
        var limits = Limits()
        limits.connections = 64
        (limits.idle, limits.headDeadline, limits.bodyDeadline) = (.seconds(5), .seconds(5), .seconds(5))
        limits.writeStall = .seconds(10)
        return limits
    }()

    /// - Parameters:
    ///   - address: host and port.
    ///   - hosts: the hosts under which it answers: a web page can reach it under a name of its own.
    /// - Throws: the message for the user.
    init(_ loop: Loop, _ address: MetricsAddress, _ page: MetricsPage, _ hosts: HostCheck) throws(AppError) {
        self.page = page
        self.hosts = hosts
        let server = Server(loop: loop, handler: self, limits: MetricsListener.limits)
        do {
            try server.listen(host: address.host, port: address.port)
        } catch {
            throw .failure("\(error); choose another place with --metrics-listen")
        }
        self.server = server
    }

    /// The port, also if the system chose it.
    var port: UInt16 { server?.port ?? 0 }

    func batchEnded() { server?.batchEnded() }

    func bodyPlan(for head: RequestHead) -> BodyPlan { .collect(limit: 0) }

    func respond(to request: Request) -> Answer {
        let head = request.head
        guard hosts.allows(head) else {
            return .response(
                Self.text("Metrics do not answer to this Host; allow its name with --allow-host\n", .forbidden))
        }
        guard head.path == "/metrics" else { return .response(Self.text("Metrics are at /metrics\n", .notFound)) }
        guard [.get, .head].contains(head.method) else {
            var response = Self.text("Metrics are read with GET\n", .methodNotAllowed)
            response.fields.add(.allow, "GET, HEAD")
            return .response(response)
        }
        return .response(Control.response(of: page))
    }

    func response(to error: ProtocolError, head: RequestHead?) -> Response {
        Self.text("\(error.message)\n", error.status)
    }

    func endBatch() -> Bool { true }

    func unsavedResponse(to head: RequestHead, inPlaceOf response: Response) -> Response { response }

    private static func text(_ text: String, _ status: Status) -> Response {
        var fields = Fields()
        fields.add(.contentType, "text/plain; charset=utf-8")
        return Response(status: status, fields: fields, body: Array(text.utf8))
    }
}

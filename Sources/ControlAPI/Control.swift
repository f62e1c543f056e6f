import Dialogue
import Embedded
public import Emulator
public import HTTP
import JSON
public import Metrics

/// The server's own routes, under `/_foilmock/`: its health, its API documents, and everything that a test controls.
public final class Control: Dialect {
    /// The conditions for controlling the server.
    public struct Options: Equatable, Sendable {
        /// The token that a caller must send; empty: every call is refused.
        public var token: String
        /// The hosts under which it can be called.
        public var hosts: HostCheck
        /// The largest snapshot that is accepted, in bytes.
        public var snapshotBytes = 64 << 20

        public init(token: String, hosts: HostCheck = HostCheck(hosts: ["127.0.0.1", "[::1]"])) {
            (self.token, self.hosts) = (token, hosts)
        }
    }

    public let prefixes = ["/_foilmock"]
    public let routes: [Route]
    public let crossOriginFields: [String]? = nil
    public let isControl = true
    private let gate: ControlGate
    private let snapshotBytes: Int

    public var openAPI: OpenAPI.Part { Control.part }

    /// - Parameters:
    ///   - others: the other dialects of the server; the OpenAPI document describes them and this one.
    ///   - version: the program's version.
    ///   - metrics: the page of `/_foilmock/metrics`.
    ///   - refuse: makes the server refuse connections for this time; does nothing without a server.
    ///   - isReady: whether the database can be reached.
    public init(
        _ emulator: Emulator, beside others: [any Dialect], options: Options, version: String,
        metrics: MetricsPage = MetricsPage(), refuse: @escaping (Duration) -> Void = { _ in },
        isReady: @escaping () -> Bool = { true }
    ) {
        let description = Description { OpenAPI.document(version: version, of: others.map(\.openAPI) + [Control.part]) }
        var open = [
            Route(.get, "/_foilmock/health") { _ throws(Failure) in Control.status("ok") },
            Route(.get, "/_foilmock/ready") { _ throws(Failure) in
                guard isReady() else { throw Failure(.unavailable, "The server's database cannot be reached") }
                return Control.status("ready")
            },
            Route(.get, "/_foilmock/openapi.json") { _ throws(Failure) in .json(description.bytes) },
        ]
        for index in open.indices { open[index].isOfServer = true }
        let known = others.flatMap(\.routes).map { "\($0.method) \($0.path)" }
        let guarded =
            SandboxRoutes(emulator: emulator).routes + ClockRoutes(emulator: emulator).routes
            + ScriptRoutes(emulator: emulator).routes + SandboxSessionRoutes(emulator: emulator).routes
            + SandboxPersonaRoutes(emulator: emulator).routes + SnapshotRoutes(emulator: emulator).routes
            + JournalRoutes(emulator: emulator, known: known).routes + RateRoutes(emulator: emulator).routes
            + FaultRoutes(emulator: emulator, known: known).routes
            + CoverageRoutes(emulator: emulator).routes + FixtureRoutes(emulator: emulator).routes
            + ServerRoutes(jsonDepth: emulator.jsonDepth, refuse: refuse).routes
        let gate = ControlGate(options: options, now: { emulator.now.nanoseconds })
        self.gate = gate
        var measures = Route(.get, "/_foilmock/metrics") { call throws(Failure) in
            try gate.check(call.request.head)
            return Control.response(of: metrics)
        }
        measures.isOfServer = true
        snapshotBytes = options.snapshotBytes
        // The page's routes come behind the others, because one of them takes any name.
        routes =
            open + [measures] + PageRoutes(gate: gate).routes
            + guarded.map { route in
                Route(route.method, "/_foilmock/v1\(route.path)", changesSandbox: route.changesSandbox) {
                    call throws(Failure) in
                    try gate.check(call.request.head)
                    // What is meant for a part must not change the whole: DELETE …/faults?fault=f1.
                    if route.method != .get { try Input.noQuery(call) }
                    if route.changesSandbox { emulator.note(call, changing: call.parameters["sandbox"]) }
                    return try route.endpoint(call)
                }
            }
    }

    /// A snapshot can be larger than other bodies, if the caller passes the gate.
    public func spoolLimit(for head: RequestHead) -> Int? {
        SnapshotRoutes.brings(head) && gate.mayBringMuch(head) ? snapshotBytes : nil
    }

    public func key(in head: RequestHead) -> String? { nil }

    public func response(to failure: Failure, requestID: String) -> Response { failure.errorObject }

    private static var part: OpenAPI.Part {
        OpenAPI.Part(
            (0..<embedded_control_openapi_count()).map { number in
                let file = embedded_control_openapi(number)
                return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
            })
    }

    /// The metrics in the text format of Prometheus.
    public static func response(of metrics: MetricsPage) -> Response {
        var fields = Fields()
        fields.add(.contentType, MetricsWriter.contentType)
        return Response(status: .ok, fields: fields, body: metrics.text)
    }

    private static func status(_ word: String) -> Response {
        var writer = JSONWriter(capacity: 32)
        writer.beginObject()
        writer.member("status", word)
        writer.endObject()
        return .json(writer.bytes)
    }
}

/// The OpenAPI document, made at its first request, because few servers get one.
private final class Description {
    private let make: () -> [UInt8]
    private(set) lazy var bytes = make()

    init(_ make: @escaping () -> [UInt8]) { self.make = make }
}

import Metrics

/// How often a route was called, by status, and how long it took to answer.
final class RouteCounts {
    /// Those of requests that no route matches.
    static func ofNoRoute() -> RouteCounts { RouteCounts(method: "any", path: "none") }

    private let method: String
    private let path: String
    /// Nil: the connection ended before the first byte.
    private var statuses = Counts<Int?>()
    private var durations = Histogram(Histogram.durations)

    init(method: String, path: String) { (self.method, self.path) = (method, path) }

    /// - Parameter duration: in nanoseconds.
    func add(status: Int?, duration: Int64) {
        durations.add(duration)
        statuses.add(status)
    }

    private var wasCalled: Bool { !statuses.list.isEmpty }

    /// Writes the counts of all routes that were called.
    static func write(_ all: [RouteCounts], to writer: inout MetricsWriter) {
        let called = all.filter(\.wasCalled)
        writer.metric("foilmock_http_requests_total", .counter, "Answered requests, by route and status.")
        for route in called {
            for (status, count) in route.statuses.list.sorted(by: { $0.key ?? 0 < $1.key ?? 0 }) {
                writer.sample(count, route.labels + [("status", status.map(String.init) ?? "none")])
            }
        }
        writer.metric(
            "foilmock_http_request_duration_seconds", .histogram,
            "Time from the whole request to its kept answer, without the waits of faults.")
        for route in called { writer.durations(route.durations, route.labels) }
    }

    private var labels: MetricsWriter.Labels { [("method", method), ("route", path)] }
}

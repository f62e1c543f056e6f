import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// Reports on rate limits: the requests, how clients waited, and what other limits would have done.
struct RateRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/limits/report", report),
            Route(.get, "/sandboxes/{sandbox}/limits/report.csv", seconds),
        ]
    }

    private func report(_ call: Call) throws(Failure) -> Response {
        let sandbox = try emulator.account(named: call.parameters["sandbox"]).sandbox
        let present = sandbox.rates.limiter.limits ?? RateLimits()
        let asked = try Input.query(call.query, "the limits", value: RateRoutes.value) {
            RateLimits($0, or: present)
        }
        let report = emulator.rateReport(of: sandbox, rerunWith: call.query.pairs.isEmpty ? nil : asked)
        var writer = JSONWriter(capacity: 4096)
        writer.report(report, of: emulator.server)
        return .json(writer.bytes)
    }

    private static func value(of pair: Query.Pair) -> JSONValue {
        pair.name.hasSuffix("_per_minute") ? Input.number(pair.value) : .string(pair.value)
    }

    private func seconds(_ call: Call) throws(Failure) -> Response {
        let sandbox = try emulator.account(named: call.parameters["sandbox"]).sandbox
        var table = CSV(["second", "key", "messages_admitted", "messages_refused", "other_admitted", "other_refused"])
        for second in emulator.rateSeconds(of: sandbox) {
            let row = second.row
            let counts = [row.messages.admitted, row.messages.refused, row.other.admitted, row.other.refused]
            table.add([second.second.text, row.key] + counts.map(String.init))
        }
        return table.response
    }
}

extension JSONWriter {
    /// - Parameter server: nil: there is no other.
    fileprivate mutating func report(_ report: RateReport, of server: String?) {
        beginObject()
        member("server", server)
        member("since", report.since?.text)
        member("kept_since", report.keptSince?.text)
        member("complete", report.isComplete)
        rows("keys", report.keys) { $0.traffic($1) }
        key("what_if")
        if let rerun = report.rerun { what(if: rerun) } else { null() }
        endObject()
    }

    private mutating func what(if rerun: RateReport.Rerun) {
        beginObject()
        key("limits")
        limits(rerun.limits)
        rows("keys", rerun.keys) { writer, count in
            writer.beginObject()
            writer.count(count)
            writer.endObject()
        }
        member(
            "note",
            "open loop: the same requests at the same times as they came. Under these limits clients would have been refused "
                + "other requests, and would have come back at other times.")
        endObject()
    }

    private mutating func rows<Content>(
        _ name: StaticString, _ rows: [RateReport.Row<Content>], _ write: (inout JSONWriter, Content) -> Void
    ) {
        key(name)
        beginArray()
        for row in rows {
            beginObject()
            member("key", row.key)
            key("messages")
            write(&self, row.messages)
            key("other")
            write(&self, row.other)
            endObject()
        }
        endArray()
    }

    private mutating func traffic(_ traffic: RateReport.Traffic) {
        let retries = traffic.retries
        beginObject()
        count(traffic.count)
        key("retries")
        beginObject()
        member("count", retries.count)
        member("early", retries.early)
        seconds("earliest_seconds", retries.earliest.map(Double.init))
        seconds("median_seconds", retries.median)
        seconds("latest_seconds", retries.latest.map(Double.init))
        endObject()
        endObject()
    }

    private mutating func count(_ count: RateReport.Count) {
        member("admitted", count.admitted)
        member("refused", count.refused)
    }

    private mutating func seconds(_ name: StaticString, _ milliseconds: Double?) {
        key(name)
        if let milliseconds { number(milliseconds / 1000) } else { null() }
    }
}

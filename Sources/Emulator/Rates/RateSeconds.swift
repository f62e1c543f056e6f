import Journal
public import Dialogue
public import Fixtures

extension RateReport {
    /// The requests of one caller in one second of the sandbox's clock.
    public struct Second: Equatable, Sendable {
        public let second: Timestamp
        public var row: Row<Count>
    }

    /// The kept requests by second, and within each second by caller.
    static func seconds(of arrivals: Arrivals, name: (String) -> String) -> [Second] {
        struct Place: Hashable {
            let second: Int64
            let key: Int
        }
        let names = arrivals.keys.map(name)
        var seconds: [Second] = []
        var places: [Place: Int] = [:]
        for arrival in arrivals.all {
            let second = Timestamp(nanoseconds: arrival.time).seconds
            let place = Place(second: second, key: arrival.key)
            let index = places[place] ?? seconds.count
            if index == seconds.count {
                places[place] = index
                seconds.append(
                    Second(
                        second: Timestamp(seconds: second),
                        row: Row(key: names[arrival.key], messages: Count(), other: Count())))
            }
            seconds[index].row.count(arrival.kind, isRefused: arrival.isRefused)
        }
        return seconds.sorted { ($0.second, $0.row.key) < ($1.second, $1.row.key) }
    }
}

extension Emulator {
    /// The requests of a sandbox since its limits or its clock were set, or since its reset, and what other limits
    /// would have done.
    public func rateReport(of sandbox: Sandbox, rerunWith limits: RateLimits?) -> RateReport {
        RateReport(sandbox.rates.kept, rerunWith: limits, name: journal.redactor.shown(caller:))
    }

    /// The same requests by second.
    public func rateSeconds(of sandbox: Sandbox) -> [RateReport.Second] {
        RateReport.seconds(of: sandbox.rates.kept, name: journal.redactor.shown(caller:))
    }
}

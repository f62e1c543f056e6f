import Fixtures
import HTTP
import JSON

extension Fault.Effect {
    /// Reads the effect; nil, with a report, for a mistake.
    init?(_ kind: Fault.Kind, _ reader: ObjectReader) {
        let effect: Fault.Effect? =
            switch kind {
            case .status: Fault.Refusal(reader).map { .refuse($0) }
            case .rateLimited:
                .rateLimit(retryAfter: reader.integer("retry_after_seconds", in: 1...86_400) ?? 5)
            case .reset: .cut(.reset, at: Fault.Point(ofCut: reader))
            case .close: .cut(.close, at: Fault.Point(ofCut: reader))
            case .delay: Fault.Delay(reader).map { .delay($0) }
            case .stall: Fault.Effect(stall: reader)
            case .drip:
                .drip(
                    bytes: reader.integer("bytes", in: 1...1_048_576) ?? 1,
                    everySeconds: reader.seconds("every_seconds") ?? 0.1)
            case .truncate: .truncate(Fault.Extent(reader), of: Fault.EventChoice(reader))
            case .malform: .malform(Fault.EventChoice(reader))
            case .patch: Fault.Effect(patch: reader)
            case .contentLength:
                (reader.integer("delta", in: -1_048_576...1_048_576) ?? reader.missing("delta"))
                    .map { .contentLength(delta: $0) }
            case .done: .done(copies: reader.integer("copies", in: 0...10) ?? 0)
            case .comments: .comments(every: reader.integer("every_events", in: 1...1_000_000) ?? 1)
            case .splitUTF8: .splitUTF8
            }
        guard let effect else { return nil }
        self = effect
    }

    private init?(stall reader: ObjectReader) {
        enum Then: String, CaseIterable {
            case resume, reset
        }
        let point = Fault.Point(ofStall: reader)
        let then = reader.choice("then", Then.self) ?? .resume
        guard let seconds = reader.seconds("seconds") ?? reader.missing("seconds"), let point else { return nil }
        self = .stall(after: point, seconds: seconds, resets: then == .reset)
    }

    private init?(patch reader: ObjectReader) {
        let patch = reader.value("patch")
        let nulls = reader.array("nulls")
        let names = (nulls ?? []).compactMap { item -> String? in
            if item.string == nil {
                reader.findings.report("\"nulls\" of a fault must list names of members", at: item.offset)
            }
            return item.string
        }
        if patch == nil, nulls == nil {
            reader.findings.report(
                "a patch needs \"patch\", a JSON merge patch (RFC 7396), or \"nulls\", the members that become null",
                at: reader.offset)
        }
        self = .patch(patch ?? .object([]), nulls: names, Fault.EventChoice(reader))
    }
}

extension Fault.Point {
    private static let counts = 0...1_000_000_000

    /// Reads the point of a close or a reset.
    fileprivate init(ofCut reader: ObjectReader) {
        enum Place: String, CaseIterable {
            case start, body, event
        }
        switch reader.choice("at", Place.self) ?? .start {
        case .start: self = .start
        case .body: self = .bytes(reader.integer("after_bytes", in: Self.counts))
        case .event: self = .withinEvent(after: reader.integer("after_events", in: Self.counts) ?? 1)
        }
    }

    fileprivate init?(ofStall reader: ObjectReader) {
        let events = reader.integer("after_events", in: Self.counts)
        let bytes = reader.integer("after_bytes", in: Self.counts)
        if reader.value("after_events") != nil, reader.value("after_bytes") == nil {
            self = .events(events ?? 0)
        } else if reader.value("after_bytes") != nil, reader.value("after_events") == nil {
            self = .bytes(bytes)
        } else {
            reader.findings.report(
                "a stall stands after_events, in event streams alone, or after_bytes of any body: one of them",
                at: reader.offset)
            return nil
        }
    }
}

extension Fault.Delay {
    fileprivate init?(_ reader: ObjectReader) {
        let fixed = reader.seconds("seconds")
        let bounds = (reader.seconds("min_seconds"), reader.seconds("max_seconds"))
        let curve = (reader.seconds("median_seconds"), reader.number("sigma", in: 0...10))
        let forms = [["seconds"], ["min_seconds", "max_seconds"], ["median_seconds", "sigma"]]
        let given = forms.filter { $0.contains { reader.value($0) != nil } }
        guard given.count == 1, given[0].allSatisfy({ reader.value($0) != nil }) else {
            reader.findings.report(
                "a delay is \"seconds\", or \"min_seconds\" and \"max_seconds\", or \"median_seconds\" and \"sigma\"",
                at: reader.offset)
            return nil
        }
        if let fixed {
            self = .fixed(fixed)
        } else if let low = bounds.0, let high = bounds.1 {
            guard low <= high else {
                reader.findings.report(
                    "\"max_seconds\" is less than \"min_seconds\"", at: reader.position(of: "max_seconds"))
                return nil
            }
            self = .uniform(low...high)
        } else if let median = curve.0, let sigma = curve.1 {
            self = .lognormal(median: median, sigma: sigma)
        } else {
            return nil
        }
    }
}

extension Fault.Extent {
    /// Without `bytes` and `fraction`, half of the text stays.
    fileprivate init(_ reader: ObjectReader) {
        let fraction = reader.number("fraction", in: 0...1)
        if reader.value("bytes") != nil, reader.value("fraction") != nil {
            reader.findings.report(
                "\"bytes\" and \"fraction\" say how much stays in two ways; one of them",
                at: reader.position(of: "bytes"))
        }
        self = reader.integer("bytes", in: 0...1_000_000_000).map { .bytes($0) } ?? .fraction(fraction ?? 0.5)
    }
}

extension Fault.EventChoice {
    fileprivate init?(_ reader: ObjectReader) {
        if reader.value("event")?.string != nil {
            guard let name = reader.requiredText("event") else { return nil }
            self = .name(name)
        } else {
            guard let number = reader.integer("event", in: 1...1_000_000_000) else { return nil }
            self = .number(number)
        }
    }
}

extension ObjectReader {
    /// Reads seconds up to `Fault.Delay.longest`: clients give up long before that.
    fileprivate func seconds(_ key: String) -> Double? { number(key, in: 0...Fault.Delay.longest) }
}

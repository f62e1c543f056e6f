import Journal
public import Fixtures
public import JSON

extension Fault {
    /// Reads a fault, and reports mistakes in it. The calling code finishes the reader.
    /// - Parameters:
    ///   - source: the value that the reader reads.
    ///   - routes: the routes that its match can name; nil: any, because it was checked when the fault was made.
    public init?(_ reader: ObjectReader, source: JSONValue, routes: [String]?) {
        let asked: RequestMatch? = reader.object("match", "a match").map { inner in
            defer { inner.finish() }
            return RequestMatch(inner, routes: routes)
        }
        let time = reader.choice("clock", Time.self)
        let moment = reader.choice("when", Moment.self)
        let schedule = FaultSchedule(reader)
        guard let kind = reader.choice("kind", Kind.self) ?? reader.missing("kind"),
            let effect = Effect(kind, reader)
        else { return nil }
        if moment == .beforeTurn, !effect.refuses {
            reader.findings.report(
                "\"before_turn\" means nothing to \(reader.shown("kind")): it changes the answer of a request that is "
                    + "carried out; of these only status, rate_limited, and reset and close at \"start\" can come before",
                at: reader.position(of: "when"))
        }
        if time != nil, !effect.takesTime {
            reader.findings.report(
                "\"clock\" means nothing to \(reader.shown("kind")), which takes no time; it is for rate_limited, delay, "
                    + "drip and stall", at: reader.position(of: "clock"))
        }
        self.kind = kind
        self.effect = effect
        self.schedule = schedule
        self.source = source
        size = source.bytes.count
        self.time = time ?? .sandbox
        match = asked ?? RequestMatch()
        self.moment = moment ?? (effect.refuses ? .beforeTurn : .afterTurn)
    }
}

extension Fault.Effect {
    fileprivate var takesTime: Bool {
        switch self {
        case .rateLimit, .delay, .drip, .stall: true
        default: false
        }
    }
}

extension FaultSchedule {
    private static let counts = 1...1_000_000_000

    fileprivate init(_ reader: ObjectReader) {
        nth = reader.integer("nth", in: Self.counts)
        from = reader.integer("from", in: Self.counts) ?? 1
        every = reader.integer("every", in: Self.counts) ?? 1
        if let null = reader.value("count"), !null.isNull { count = reader.integer("count", in: Self.counts) }
        probability = reader.number("probability", in: 0...1) ?? 1
        timeToLive = reader.number("ttl_seconds", in: 0...SandboxClock.longestAdvance).map {
            Int64($0 * 1_000_000_000)
        }
        guard nth != nil else { return }
        for key in ["from", "every", "count"] where reader.value(key) != nil {
            reader.findings.report(
                "\"\(key)\" means nothing beside \"nth\", which is one request alone", at: reader.position(of: key))
        }
    }
}

extension ObjectReader {
    fileprivate func shown(_ key: String) -> String { value(key)?.string ?? "" }
}

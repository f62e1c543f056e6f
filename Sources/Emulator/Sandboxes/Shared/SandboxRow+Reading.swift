import Dialogue
import Fixtures
import JSON
import Store

extension Sandbox {
    /// Sets exactly what `kept` was of the same sandbox on another server. Arrivals, recent turns and the journal stay.
    /// It is no change of the current batch: call it before the batch changes the sandbox, because earlier changes of
    /// the batch are forgotten.
    /// - Throws: damage when a text is not one that `kept` wrote. Then nothing has changed.
    func restore(from row: SandboxRow) throws(StoreError) {
        let (settings, mistake) = SandboxSettings.read(row.settings)
        if let mistake { throw damage("the settings", mistake) }
        let set = try definitions(in: row.set)
        let (limits, areOwn): (RateLimits?, Bool) =
            switch set.limits {
            case .server: (standard.limits, standard.hasOwnLimits)
            case .lifted: (nil, true)
            case .perMinute(let limits): (limits, true)
            }
        var state = State(settings: settings, faults: set.faults, scripts: set.scripts)
        var limiter = try restore(&state, from: row.counted)
        // Counts of other limits do not apply, which the server may have got by another configuration.
        if limiter.limits != limits { limiter = RateLimiter(limits: limits) }
        written = SandboxRow.Definitions(
            limits: set.limits, faults: set.faults.revision, scripts: set.scripts.revision, text: row.set)
        replace(state, limiter, limitsAreOwn: areOwn)
    }

    private func definitions(in text: [UInt8]) throws(StoreError) -> Definitions {
        let present = definitions
        guard text != present.text else {
            return Definitions(limits: present.limits, faults: state.faults, scripts: state.scripts)
        }
        let first = FaultLedger(MagicWord.faults(of: name))
        guard !text.isEmpty else { return Definitions(limits: .server, faults: first, scripts: Scripts()) }
        return try read(text, "what is set") { reader in
            let limits = reader.limits()
            let areFirst = reader.value("faults").map(\.isNull) ?? false
            guard let faults = areFirst ? first : reader.faults(), let scripts = reader.scripts() else { return nil }
            return Definitions(limits: limits, faults: faults, scripts: scripts)
        }
    }

    /// Sets what is counted in the state.
    /// - Returns: the limits by which requests were counted, with the counts.
    private func restore(_ state: inout State, from text: [UInt8]) throws(StoreError) -> RateLimiter {
        guard !text.isEmpty else {
            state.faults.counts = state.faults.entries.map { _ in FaultLedger.Count() }
            state.scripts.taken = state.scripts.all.map { _ in 0 }
            return RateLimiter(limits: nil)
        }
        return try read(text, "what is counted") { reader in
            var limits: RateLimits?
            if case .perMinute(let some) = reader.limits() { limits = some }
            var limiter = RateLimiter(limits: limits)
            reader.windows("messages", .message, of: &limiter)
            reader.windows("other", .other, of: &limiter)
            state.waits = reader.waits()
            if let counts = reader.counts(of: state.faults) { state.faults.counts = counts }
            if let taken = reader.taken(of: state.scripts) { state.scripts.taken = taken }
            if let deliveries = reader.deliveries() { state.deliveries = deliveries }
            return limiter
        }
    }

    /// How deep a text can nest: a fault of a request can nest nearly as deep as any body.
    private static let depthLimit = 1_000

    private func read<Part>(
        _ text: [UInt8], _ what: String, _ read: (ObjectReader) -> Part?
    ) throws(StoreError) -> Part {
        let document: JSONValue
        do {
            document = try JSONReader.read(text, depthLimit: Sandbox.depthLimit)
        } catch {
            throw damage(what, error.message)
        }
        let findings = Findings(document: document)
        let reader = ObjectReader(document, "the text", findings)
        let part = reader.flatMap(read)
        reader?.finish()
        guard let part, findings.count == 0 else { throw damage(what, findings.summary ?? "") }
        return part
    }

    private func damage(_ what: String, _ mistake: String) -> StoreError {
        StoreError("\(what) in the sandbox \"\(name)\" cannot be read: \(mistake)", isDamage: true)
    }
}

private struct Definitions {
    let limits: LimitsDefinition
    let faults: FaultLedger
    let scripts: Scripts
}

import Dialogue
import Exact
import Fixtures
import JSON

/// A number of requests, faults or scripts; the arithmetic of later requests needs no check.
private let possible = 0...Int.max / 2

// MARK: - What is set

extension ObjectReader {
    func faults() -> FaultLedger? {
        items("faults", atMost: Emulator.faultLimit) { item in
            item.sent("fault") { Fault($0, source: $1, routes: nil) }
        } make: { faults, made in
            FaultLedger(faults.map { (number: $0, fault: $1) }, made: made).flatMap {
                $0.bytes <= Emulator.faultBytes ? $0 : nil
            }
        }
    }

    func scripts() -> Scripts? {
        items("scripts", atMost: Scripts.limit) { item in
            item.sent("script") { reader, _ in ScriptRequest(reader, personas: nil) }
        } make: { scripts, made in
            Scripts(scripts.map { (number: $0, request: $1) }, made: made)
        }
    }

    /// Reads a list whose items have numbers, and how many were ever made.
    private func items<Item, All>(
        _ key: String, atMost limit: Int, _ read: (ObjectReader) -> Item?, make: ([(Int, Item)], Int) -> All?
    ) -> All? {
        guard let reader: ObjectReader = object(key, "\"\(key)\"") ?? missing(key) else { return nil }
        defer { reader.finish() }
        let made = reader.integer("made", in: possible) ?? reader.missing("made")
        guard let list: [JSONValue] = reader.array("all") ?? reader.missing("all"), let made else { return nil }
        guard list.count <= limit else {
            findings.report("\"\(key)\" may have \(limit) items, not \(list.count)", at: reader.offset)
            return nil
        }
        let items = list.compactMap { value -> (Int, Item)? in
            guard let item = ObjectReader(value, "an item", findings) else { return nil }
            defer { item.finish() }
            guard let number = item.integer("number", in: possible) ?? item.missing("number"), let read = read(item)
            else { return nil }
            return (number, read)
        }
        guard items.count == list.count else { return nil }
        if let all = make(items, made) { return all }
        findings.report(
            "\"\(key)\" must have rising numbers up to \"made\", and no more than a sandbox may have", at: reader.offset
        )
        return nil
    }

    /// Reads what a client once sent. A mistake is reported by its place alone, because its text could quote the client.
    /// Each has a document's share of patterns, as it had when it was sent.
    private func sent<Part>(_ key: String, _ read: (ObjectReader, JSONValue) -> Part?) -> Part? {
        guard let value = value(key) else { return missing(key) }
        let own = Findings(document: value)
        let reader = ObjectReader(value, "a \(key)", own)
        let part = reader.flatMap { read($0, value) }
        reader?.finish()
        if own.count == 0, let part { return part }
        let path = own.diagnostics.first?.file ?? ""
        findings.report(path.isEmpty ? "is no \(key)" : "is no \(key), because of its \"\(path)\"", at: value.offset)
        return nil
    }
}

// MARK: - What is counted

extension ObjectReader {
    func windows(_ key: String, _ kind: RateLimiter.Kind, of limiter: inout RateLimiter) {
        callers(key, "counts of its limit") { digest, value in
            value.numbers.map { limiter.restore(kind, of: digest, $0) } ?? false
        }
    }

    func waits() -> [ExactText: Int64] {
        var waits: [ExactText: Int64] = [:]
        callers("waits", atMost: Sandbox.waitLimit, "a moment") { digest, value in
            // A wait ends after the latest moment of a clock, if it began shortly before.
            guard let until = value.integer, until >= 0 else { return false }
            waits[ExactText(digest)] = Int64(until)
            return true
        }
        return waits
    }

    /// Reads an object with a member for each caller.
    /// - Parameter read: returns false for a wrong value.
    private func callers(
        _ key: String, atMost limit: Int = .max, _ wanted: String, _ read: (String, JSONValue) -> Bool
    ) {
        guard let members = value(key)?.members else {
            findings.report("\"\(key)\" must be an object", at: position(of: key))
            return
        }
        guard members.count <= limit else {
            findings.report("\"\(key)\" may have \(limit) members, not \(members.count)", at: position(of: key))
            return
        }
        var seen: Set<ExactText> = []
        for member in members {
            guard CallerDigest.isOne(member.key), seen.insert(member.key), read(member.key, member.value) else {
                findings.report("\"\(key)\" must have \(wanted) for each caller's digest", at: member.value.offset)
                return
            }
        }
    }

    func counts(of faults: FaultLedger) -> [FaultLedger.Count]? {
        list("faults", "the time, the matched and the struck requests of each fault", faults.entries.count) {
            _, value in
            guard let numbers = value.numbers, numbers.count == 3, Bounds.moments.contains(Int64(numbers[0])),
                possible.contains(numbers[1]), (0...numbers[1]).contains(numbers[2])
            else { return nil }
            return FaultLedger.Count(
                madeAt: Timestamp(nanoseconds: Int64(numbers[0])), matched: numbers[1], struck: numbers[2])
        }
    }

    func taken(of scripts: Scripts) -> [Int]? {
        list("scripts", "the taken steps of each script", scripts.all.count) { place, value in
            value.integer.flatMap { (0...scripts.all[place].steps.count).contains($0) ? $0 : nil }
        }
    }

    private func list<Item>(
        _ key: String, _ wanted: String, _ count: Int, _ read: (Int, JSONValue) -> Item?
    ) -> [Item]? {
        guard let list: [JSONValue] = array(key) ?? missing(key) else { return nil }
        let items = list.count == count ? list.enumerated().compactMap(read) : []
        guard items.count == list.count, items.count == count else {
            findings.report("\"\(key)\" must list \(wanted)", at: position(of: key))
            return nil
        }
        return items
    }

    func deliveries() -> Set<[UInt8]>? {
        guard let text: String = text("deliveries") ?? missing("deliveries") else { return nil }
        if let deliveries = Set(deliveries: text), deliveries.count <= Sandbox.deliveryLimit { return deliveries }
        findings.report(
            "\"deliveries\" must be at most \(Sandbox.deliveryLimit) digests in Base64",
            at: position(of: "deliveries"))
        return nil
    }
}

extension JSONValue {
    /// A list of whole numbers; nil for any other value.
    fileprivate var numbers: [Int]? {
        guard let array else { return nil }
        let numbers = array.compactMap(\.integer)
        return numbers.count == array.count ? numbers : nil
    }
}

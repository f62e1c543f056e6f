import Dialogue
import Glibc
import HTTP
import JSON

/// Collects the waits of faults, as steps of an answer or as time on the sandbox's clock.
struct FaultWaits {
    /// Whether the answer really waits.
    var areReal: Bool
    /// The time that passes on the sandbox's clock instead, in nanoseconds.
    var passed: Int64 = 0

    mutating func steps(_ seconds: Double) -> [Delivery.Step] {
        let nanoseconds = Int64((seconds * 1_000_000_000).rounded())
        if areReal { return [.wait(.nanoseconds(nanoseconds))] }
        passed = SandboxClock.sum(passed, nanoseconds)
        return [.wait(.zero)]
    }
}

extension FaultLedger.Strike {
    /// Changes an answer.
    /// - Returns: the time that passes on the sandbox's clock, in nanoseconds; 0 in real time.
    func change(_ response: inout Response, inRealTime: Bool) -> Int64 {
        var waits = FaultWaits(areReal: inRealTime || fault.time == .wall)
        var generator = generator
        fault.effect.apply(to: &response, &waits, &generator)
        return waits.passed
    }
}

extension Response {
    fileprivate var isStream: Bool { hasType("text/event-stream") }

    fileprivate var isJSON: Bool { hasType("application/json") }

    private func hasType(_ type: String) -> Bool { fields[.contentType]?.hasPrefix(type) == true }
}

extension Fault.Effect {
    /// Whether the answer contains what the effect would change.
    func concerns(_ response: Response) -> Bool {
        switch self {
        case .refuse, .rateLimit, .delay, .drip, .contentLength: true
        case .cut(_, let point), .stall(let point, _, _): point.isInEvents ? response.isStream : true
        case .truncate(_, let choice), .malform(let choice), .patch(_, _, let choice):
            response.isStream || choice == nil && response.isJSON
        case .done, .comments: response.isStream
        case .splitUTF8: response.isStream || response.isJSON
        }
    }

    /// The pause before a reset, so that the client's system has received what was sent before.
    private static let settling = Delivery.Step.wait(.milliseconds(20))

    /// Applies the effect to an answer.
    /// - Parameter generator: for random delays.
    func apply(to response: inout Response, _ waits: inout FaultWaits, _ generator: inout SplitMix64) {
        switch self {
        case .refuse, .rateLimit, .cut(_, at: .start): break
        case .cut(let cut, let point):
            let end = cut == .reset ? [Self.settling, cut.step] : [cut.step]
            response.delivery.insert(end, afterBytes: response.delivery.offset(of: point))
        case .delay(let delay):
            response.delivery.steps.insert(contentsOf: waits.steps(delay.seconds(&generator)), at: 0)
        case .stall(let point, let seconds, let resets):
            let pause = waits.steps(seconds) + (resets ? [Self.settling, .reset] : [])
            response.delivery.insert(pause, afterBytes: response.delivery.offset(of: point))
        case .drip(let size, let seconds):
            response.delivery.drip(size) { waits.steps(seconds) }
        case .truncate(let extent, let choice):
            response.changeText(choice) { Array($0.prefix(extent.length(of: $0.count))) }
        case .malform(let choice):
            // The text begins like an HTML page; the rest and the length stay.
            response.changeText(choice) { [UInt8(ascii: "<")] + $0.dropFirst() }
        case .patch(let patch, let nulls, let choice):
            let isStream = response.isStream
            response.changeText(choice) { Fault.patched($0, patch, nulls, asciiOnly: isStream) }
        case .contentLength(let delta):
            response.delivery.framing = .exact(contentLength: response.delivery.body.count + delta)
        case .done(let copies):
            response.delivery.changeEvents { _, name, data in
                name == "done" ? Array(repeating: .bytes(EventStream.event(name, data: data)), count: copies) : nil
            }
        case .comments(let every):
            response.delivery.changeEvents { number, name, data in
                (number - 1) % every == 0
                    ? [.bytes(EventStream.comment("keepalive")), .bytes(EventStream.event(name, data: data))] : nil
            }
        case .splitUTF8: response.splitCharacters()
        }
    }
}

extension Fault {
    fileprivate static func patched(
        _ text: [UInt8], _ patch: JSONValue, _ nulls: [String], asciiOnly: Bool
    ) -> [UInt8] {
        guard let value = try? JSONReader.read(text) else { return text }
        let changed = value.merging(patch).setting(nulls.map { ($0, .null) })
        return changed.bytes(asciiOnly: asciiOnly)
    }
}

extension Fault.Point {
    fileprivate var isInEvents: Bool {
        switch self {
        case .start, .bytes: false
        case .events, .withinEvent: true
        }
    }
}

extension Fault.Extent {
    fileprivate func length(of count: Int) -> Int {
        switch self {
        case .bytes(let bytes): bytes
        case .fraction(let fraction): Int(Double(count) * fraction)
        }
    }
}

extension Fault.Delay {
    /// The longest delay, in seconds, whatever was drawn.
    static let longest = 600.0

    func seconds(_ generator: inout SplitMix64) -> Double {
        switch self {
        case .fixed(let seconds): return seconds
        case .uniform(let range):
            return range.lowerBound + (range.upperBound - range.lowerBound) * generator.fraction()
        case .lognormal(let median, let sigma):
            // Box and Muller's normal number; 1 - fraction is never 0.
            let radius = (-2 * log(1 - generator.fraction())).squareRoot()
            let normal = radius * cos(2 * .pi * generator.fraction())
            return min(median * exp(sigma * normal), Self.longest)
        }
    }
}

extension Response {
    /// Changes the text of a reply: the body of a JSON reply, or the data of the chosen events of a stream; without a
    /// choice, of the last event.
    fileprivate mutating func changeText(_ choice: Fault.EventChoice?, _ change: ([UInt8]) -> [UInt8]) {
        guard isStream else {
            if choice == nil { delivery.replaceBody([.bytes(change(delivery.body))]) }
            return
        }
        let choice = choice ?? .number(delivery.eventCount)
        delivery.changeEvents { number, name, data in
            guard choice == .number(number) || choice == .name(name) else { return nil }
            return [.bytes(EventStream.event(name, data: change(data)))]
        }
    }

    fileprivate mutating func splitCharacters() {
        var left = Delivery.cutLimit
        guard isStream else {
            delivery.replaceBody(Delivery.splitCharacters(delivery.body, &left))
            return
        }
        delivery.changeEvents { _, name, data in
            let raw = (try? JSONReader.read(data))?.bytes ?? data
            return Delivery.splitCharacters(EventStream.event(name, data: raw), &left)
        }
    }
}

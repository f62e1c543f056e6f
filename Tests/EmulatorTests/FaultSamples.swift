import Dialogue
import Fixtures
import HTTP
import JSON

@testable import Emulator

/// The refusal of a fault with a mistake.
struct WrongFault: Error {
    let message: String
}

extension Fault {
    /// Reads a fault as the control API does.
    init(_ text: String, routes: [String] = []) throws {
        let value = try JSONReader.read(Array(text.utf8))
        let findings = Findings(document: value)
        guard let reader = ObjectReader(value, "a fault", findings) else {
            throw WrongFault(message: findings.summary ?? "")
        }
        let fault = Fault(reader, source: value, routes: routes)
        reader.finish()
        if let summary = findings.summary { throw WrongFault(message: summary) }
        guard let fault else { throw WrongFault(message: "nothing") }
        self = fault
    }

    /// What it makes of an answer.
    /// - Parameter inRealTime: whether the sandbox's clock is the real one.
    func changing(
        _ response: Response, inRealTime: Bool = true, seed: UInt64 = 1
    ) -> (response: Response, passed: Int64) {
        var response = response
        let strike = FaultLedger.Strike(id: "f1", fault: self, generator: SplitMix64(seed: seed))
        let passed = strike.change(&response, inRealTime: inRealTime)
        return (response, passed)
    }
}

/// The steps of a delivery in short: bytes as text, `wait 2`, `close`, `reset`.
func shown(_ delivery: HTTP.Delivery) -> [String] {
    delivery.steps.map { step in
        switch step {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .wait(let duration):
            "wait \(Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)"
        case .close: "close"
        case .later: "later"
        case .reset: "reset"
        }
    }
}

/// A stream of events: metadata, two pieces of text, done.
let sampleStream: Response = {
    let events = [("metadata", #"{"score":1}"#), ("text_delta", #"{"text":"Oh "}"#), ("done", #"{"message":"Oh ❤"}"#)]
    return Response(
        status: .ok, fields: EventStream.fields,
        delivery: HTTP.Delivery(
            events.map { .bytes(EventStream.event($0, data: Array($1.utf8))) }, framing: .stream))
}()

let sampleReply = Response.json(Array(#"{"message":"Oh ❤","score":1}"#.utf8))

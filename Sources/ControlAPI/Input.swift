import Emulator
import Fixtures
import HTTP
import JSON

/// The body of a control call: one JSON object, or empty when the call allows that. Mistakes are reported with their
/// paths, and an unknown key is a mistake.
enum Input {
    /// - Parameters:
    ///   - what: the object's name in messages: "a clock".
    ///   - build: reads the members and reports mistakes.
    /// - Throws: a 400.
    static func read<Value>(
        _ call: Call, _ what: String, depthLimit: Int, _ build: (ObjectReader) -> Value?
    ) throws(Failure) -> Value {
        try read(try json(call, depthLimit: depthLimit), what, build)
    }

    /// The query, read as an object.
    /// - Parameter value: what a name's value would be in JSON.
    /// - Throws: a 400, as for a body.
    static func query<Value>(
        _ query: Query, _ what: String, value: (Query.Pair) -> JSONValue, _ build: (ObjectReader) -> Value
    ) throws(Failure) -> Value {
        try read(object(of: query, value), what, build)
    }

    /// Refuses a query, for a call that takes none.
    static func noQuery(_ call: Call) throws(Failure) {
        try query(call.query, "the query", value: { .string($0.value) }) { _ in }
    }

    /// Refuses a body, for a call that takes none. An empty object counts as none.
    /// - Parameter what: as for `read`.
    static func noBody(_ call: Call, _ what: String, depthLimit: Int) throws(Failure) {
        let body = try call.body()
        guard !body.isEmpty else { return }
        try read(try json(body, depthLimit: depthLimit), what) { _ in () }
    }

    private static func read<Value>(
        _ value: JSONValue, _ what: String, _ build: (ObjectReader) -> Value?
    ) throws(Failure) -> Value {
        let findings = Findings(document: value)
        guard let reader = ObjectReader(value, what, findings) else {
            throw Failure(.badRequest, findings.summary ?? "\(what) must be an object")
        }
        let built = build(reader)
        reader.finish(hasReadAll: built != nil)
        if let summary = findings.summary { throw Failure(.badRequest, summary) }
        guard let built else { throw Failure(.badRequest, "this is not \(what)") }
        return built
    }

    private static func object(of query: Query, _ value: (Query.Pair) -> JSONValue) -> JSONValue {
        let written = JSONValue.object(query.pairs.map { JSONValue.Member($0.name, value($0)) })
        // Read again, so that each member has an offset, with which mistakes are reported.
        return (try? JSONReader.read(written.bytes)) ?? written
    }

    /// A query value as a whole number; any other value stays a text.
    static func number(_ text: String) -> JSONValue { Int(text).map { .integer($0) } ?? .string(text) }

    /// The body as JSON.
    static func json(_ call: Call, depthLimit: Int) throws(Failure) -> JSONValue {
        try json(try call.body(), depthLimit: depthLimit)
    }

    /// A body as JSON.
    static func json(_ body: [UInt8], depthLimit: Int) throws(Failure) -> JSONValue {
        try JSONValue.body(body, depthLimit: depthLimit, else: "The body must be JSON")
    }
}

import Emulator
import Fixtures
import HTTP
import JSON

/// The body of a control call: one JSON object, or nothing where the call has a sense without. Whatever is wrong in it is
/// told with its path, and a key that nobody reads is an error.
enum Input {
    /// - Parameters:
    ///   - what: The object's name in messages: "a clock".
    ///   - build: Reads the members and reports what is wrong with them.
    /// - Throws: a 400.
    static func read<Value>(
        _ call: Call, _ what: String, depthLimit: Int, _ build: (ObjectReader) -> Value?
    ) throws(Failure) -> Value {
        let value = try json(call, depthLimit: depthLimit)
        let findings = Findings(document: value)
        guard let reader = ObjectReader(value, what, findings) else {
            throw Failure(.badRequest, findings.summary ?? "\(what) must be an object")
        }
        let built = build(reader)
        reader.finish()
        if let summary = findings.summary { throw Failure(.badRequest, summary) }
        guard let built else { throw Failure(.badRequest, "this is not \(what)") }
        return built
    }

    /// The query, read as an object whose members are numbers where they look like whole ones, else texts.
    /// - Throws: a 400, as for a body.
    static func query<Value>(_ call: Call, _ what: String, _ build: (ObjectReader) -> Value) throws(Failure) -> Value {
        let value = try json(of: call.query)
        let findings = Findings(document: value)
        guard let reader = ObjectReader(value, what, findings) else {
            preconditionFailure("a query is written as an object")
        }
        let built = build(reader)
        reader.finish()
        if let summary = findings.summary { throw Failure(.badRequest, summary) }
        return built
    }

    /// Written and read again, so that mistakes have the place of what they are about.
    private static func json(of query: Query) throws(Failure) -> JSONValue {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        for pair in query.pairs {
            writer.key(pair.name)
            if let number = Int(pair.value) { writer.integer(number) } else { writer.string(pair.value) }
        }
        writer.endObject()
        do {
            return try JSONReader.read(writer.bytes)
        } catch {
            throw Failure(.badRequest, "The query must be text: \(error.message)")
        }
    }

    /// The body as JSON.
    static func json(_ call: Call, depthLimit: Int) throws(Failure) -> JSONValue {
        let body = try call.body()
        do {
            return try JSONReader.read(body, depthLimit: depthLimit)
        } catch {
            let reason = body.isEmpty ? "the body is empty" : "\(error.message) (at byte \(error.offset))"
            throw Failure(.badRequest, "The body must be JSON: \(reason)")
        }
    }
}

import Fixtures
public import HTTP
import JSON
import Store

/// A snapshot that was read and checked, with its personas decoded.
public struct ReadSnapshot: Sendable {
    let content: Snapshot
    /// One row for each persona in `content`.
    let personas: [PersonaOverride]

    init(_ content: Snapshot, _ decoder: RowDecoder) throws(Failure) {
        self.content = content
        var personas: [PersonaOverride] = []
        for (place, record) in content.personas.enumerated() {
            do throws(PersonaDocument.Refusal) {
                personas.append(try decoder.row(record))
            } catch {
                let isPut = record.document.flatMap(SandboxPersona.init) != nil
                let path = "$.personas[\(place)].document\(isPut ? ".document" : "")"
                throw Failure(.badRequest, error.message(below: path))
            }
        }
        self.personas = personas
    }
}

extension Emulator {
    /// Returns a function that reads the text of a snapshot for the sandbox of that name. Reading a long one takes
    /// seconds, and any thread can call the function. Its failure is a 400 with the path of the first mistake.
    public func reading(
        _ text: Body, for sandbox: String
    ) -> @Sendable () -> Result<ReadSnapshot, Failure> {
        let (depth, decoder) = (snapshotDepth, RowDecoder(roster, sandbox: sandbox))
        return {
            Result { () throws(Failure) in
                let bytes: [UInt8]
                do throws(ProtocolError) {
                    bytes = try text.bytes()
                } catch {
                    throw Failure(error)
                }
                return try ReadSnapshot(try Snapshot(text: bytes, depthLimit: depth, called: "The body"), decoder)
            }
        }
    }
}

extension Snapshot {
    /// - Parameter name: what error messages call the text.
    /// - Throws: a 400 with the path of the first mistake.
    init(text: [UInt8], depthLimit: Int, called name: String) throws(Failure) {
        let document = try JSONValue.body(text, depthLimit: depthLimit, else: "\(name) must be JSON")
        let findings = Findings(document: document)
        let reader = ObjectReader(document, "a snapshot", findings)
        let snapshot = reader.flatMap { Snapshot($0) }
        reader?.finish()
        if let summary = findings.summary { throw Failure(.badRequest, summary) }
        guard let snapshot else { throw Failure(.badRequest, "this is no snapshot") }
        self = snapshot
    }
}

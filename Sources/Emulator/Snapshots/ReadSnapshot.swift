import Fixtures
public import HTTP
import JSON
import Store

/// What the text of a snapshot says, checked, its personas decoded.
public struct ReadSnapshot: Sendable {
    let content: Snapshot
    /// One for each persona of the content.
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
    /// Reads the text of a snapshot that is to be put into the sandbox of that name. To read a long one takes seconds: any
    /// thread may call what is returned. The failure is a 400 with the path of the first mistake.
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
    /// - Parameter name: of the text in messages.
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

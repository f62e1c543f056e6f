import Fixtures
import HTTP
import JSON
import Store

/// What the text of a snapshot says, or what is wrong with it. It depends on nothing but the text, so that a long one can be
/// read on another thread.
public struct SnapshotText: Sendable {
    private let content: Result<Snapshot, Failure>

    /// - Parameter what: what the text is called in an error.
    public static func read(_ text: [UInt8], depthLimit: Int, what: String = "The body") -> SnapshotText {
        do throws(Failure) {
            return SnapshotText(content: .success(try snapshot(text, depthLimit, what)))
        } catch {
            return SnapshotText(content: .failure(error))
        }
    }

    /// - Throws: a 400 with the path of the first mistake.
    func snapshot() throws(Failure) -> Snapshot { try content.get() }

    private static func snapshot(_ text: [UInt8], _ depthLimit: Int, _ what: String) throws(Failure) -> Snapshot {
        let document: JSONValue
        do {
            document = try JSONReader.read(text, depthLimit: depthLimit)
        } catch {
            let reason = text.isEmpty ? "the body is empty" : "\(error.message) (at byte \(error.offset))"
            throw Failure(.badRequest, "\(what) must be JSON: \(reason)")
        }
        let findings = Findings(document: document)
        let reader = ObjectReader(document, "a snapshot", findings)
        let snapshot = reader.flatMap { Snapshot($0) }
        reader?.finish()
        if let summary = findings.summary { throw Failure(.badRequest, summary) }
        guard let snapshot else { throw Failure(.badRequest, "this is no snapshot") }
        return snapshot
    }
}

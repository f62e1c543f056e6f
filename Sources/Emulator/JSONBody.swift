import HTTP
public import JSON

extension JSONValue {
    /// Reads the body of a request.
    /// - Parameter refusal: what its error begins with: "The body must be JSON".
    /// - Throws: a 400 that says where it is no JSON.
    public static func body(_ bytes: [UInt8], depthLimit: Int, else refusal: String) throws(Failure) -> JSONValue {
        do {
            return try JSONReader.read(bytes, depthLimit: depthLimit)
        } catch {
            let reason = bytes.isEmpty ? "the body is empty" : "\(error.message) (at byte \(error.offset))"
            throw Failure(.badRequest, "\(refusal): \(reason)")
        }
    }
}

import Exact

extension JSONValue {
    /// The value with a JSON Merge Patch applied (RFC 7396 §2): members that the patch has are changed, those that are
    /// null in it are removed, and a patch that is not an object replaces the value.
    public func merging(_ patch: JSONValue) -> JSONValue {
        guard let changes = patch.members else { return patch }
        // Looked up once, so that a patch of many members costs no more than they are.
        var now = Dictionary((members ?? []).map { (ExactText($0.key), $0.value) }, uniquingKeysWith: { $1 })
        let merged = changes.map { change -> (String, JSONValue?) in
            let value = change.value.isNull ? nil : (now[change.key] ?? .null).merging(change.value)
            now[change.key] = value
            return (change.key, value)
        }
        return (members == nil ? .object([]) : self).setting(merged)
    }
}

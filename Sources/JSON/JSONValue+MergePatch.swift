extension JSONValue {
    /// The value with a JSON Merge Patch applied (RFC 7396 §2): members that the patch has are changed, those that are null in
    /// it are removed, and a patch that is no object takes the value's place.
    public func merging(_ patch: JSONValue) -> JSONValue {
        guard let changes = patch.members else { return patch }
        var merged = members == nil ? JSONValue.object([]) : self
        for change in changes {
            let value = change.value.isNull ? nil : (merged[change.key] ?? .null).merging(change.value)
            merged = merged.setting(change.key, to: value)
        }
        return merged
    }
}

public import Exact

extension Memory {
    /// The approximate memory in bytes.
    public var size: Int { 96 * (spoken.count + asked.count) + captures.size + facts.size + (note?.utf8.count ?? 0) }
}

extension Texts {
    /// The approximate memory in bytes.
    public var size: Int {
        var size = 0
        for (name, value) in self { size += name.text.utf8.count + value.utf8.count + 96 }
        return size
    }
}

import Exact

/// Turns byte offsets into what the sender of a document can follow.
public enum JSONPath {
    /// The way to the value or the key that begins at that offset: `machines[0].states[2].state_key`. When none begins
    /// there, the path to the value that contains the offset; empty for the document itself.
    public static func of(_ offset: Int, in document: JSONValue) -> String {
        var path = ""
        var value = document
        while value.offset != offset {
            switch value.kind {
            case .array(let items):
                guard let index = items.lastIndex(where: { $0.offset <= offset }) else { return path }
                path += "[\(index)]"
                value = items[index]
            case .object(let members):
                guard let member = members.last(where: { $0.keyOffset <= offset }) else { return path }
                path += step(to: member.key, isFirst: path.isEmpty)
                if member.keyOffset == offset { return path }
                value = member.value
            default: return path
            }
        }
        return path
    }

    private static func step(to key: String, isFirst: Bool) -> String {
        let isPlain = key.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_$".utf8.contains($0) }
        guard isPlain, !key.isEmpty else { return "[\"\(key)\"]" }
        return isFirst ? key : ".\(key)"
    }
}

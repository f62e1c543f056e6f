public import JSON

/// Writes a JSON text that contains one possibly long list, piece by piece.
public enum BodyWriter {
    /// A piece ends once it has this many bytes.
    public static let piece = 64 * 1024
    /// A piece ends once it has this many items.
    static let items = 100

    /// - Parameters:
    ///   - before: writes what comes before the first item, and opens the list.
    ///   - next: returns the next items; an empty list when more will come later; nil at the end.
    ///   - write: writes an item.
    ///   - after: closes the list, and writes what comes after it.
    public static func pieces<Item>(
        before: @escaping (inout JSONWriter) -> Void, next: @escaping () throws(Failure) -> [Item]?,
        write: @escaping (inout JSONWriter, Item) throws(Failure) -> Void,
        after: @escaping (inout JSONWriter) -> Void
    ) -> BodyPieces {
        var writer = JSONWriter(capacity: 1024)
        before(&writer)
        var isDone = false
        return { () throws(Failure) in
            var count = 0
            while writer.bytes.count < piece, count < items {
                guard let items = try next() else {
                    after(&writer)
                    isDone = true
                    break
                }
                guard !items.isEmpty else { break }
                for item in items { try write(&writer, item) }
                count += items.count
            }
            return BodyPiece(writer.takeBytes(), isLast: isDone)
        }
    }

    /// The same for a list that is complete already.
    public static func pieces<Item>(
        before: @escaping (inout JSONWriter) -> Void, items: [Item],
        write: @escaping (inout JSONWriter, Item) throws(Failure) -> Void,
        after: @escaping (inout JSONWriter) -> Void
    ) -> BodyPieces {
        var rest = items[...]
        return pieces(before: before, next: { rest.popFirst().map { [$0] } }, write: write, after: after)
    }
}

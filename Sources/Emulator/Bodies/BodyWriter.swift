public import JSON

/// Writes a JSON text with a list in it that may be long, piece by piece.
public enum BodyWriter {
    /// The size of a piece in bytes, and its items at most.
    public static let piece = 64 * 1024
    static let items = 100

    /// - Parameters:
    ///   - before: writes what comes before the first item, and opens the list.
    ///   - next: the next items; none: there are more, but not yet; nil: there are no more.
    ///   - write: writes an item.
    ///   - after: closes the list, and writes what comes behind it.
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

    /// The same for items that are all there, which are handed over one by one.
    public static func pieces<Item>(
        before: @escaping (inout JSONWriter) -> Void, items: [Item],
        write: @escaping (inout JSONWriter, Item) throws(Failure) -> Void,
        after: @escaping (inout JSONWriter) -> Void
    ) -> BodyPieces {
        var rest = items[...]
        return pieces(before: before, next: { rest.popFirst().map { [$0] } }, write: write, after: after)
    }
}

/// Bytes that have arrived and are not yet understood. It remembers how far it has looked for a line end, so that a
/// line that comes byte by byte is read once and not once a byte.
struct InputBuffer {
    /// What can be said of the line at the front.
    enum Line {
        case unfinished
        case tooLong
        case bareLineFeed
        /// Its range for `withBytes`, without the CRLF; valid until the next `append`.
        case complete(Range<Int>)
    }

    /// A connection that waits for its next request keeps no more than this.
    private static let keptCapacity = 4096

    private var bytes: [UInt8] = []
    private var start = 0
    private var scanned = 0

    var count: Int { bytes.count - start }

    var first: UInt8? { start < bytes.count ? bytes[start] : nil }

    var second: UInt8? { start + 1 < bytes.count ? bytes[start + 1] : nil }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        compact()
        bytes.append(contentsOf: new)
    }

    mutating func drop(_ count: Int) {
        start += count
        scanned = max(scanned, start)
    }

    /// Takes up to `limit` bytes from the front.
    mutating func take(_ limit: Int) -> [UInt8] {
        let end = start + min(limit, count)
        let piece = Array(bytes[start..<end])
        drop(piece.count)
        return piece
    }

    /// Takes the line at the front. Length is judged before anything else, and an unfinished line as soon as it is too
    /// long, so that the outcome does not depend on how the bytes were cut.
    mutating func takeLine(limit: Int) -> Line {
        guard let lineFeed = findLineFeed() else {
            scanned = bytes.count
            let open = count > 0 && bytes[bytes.count - 1] == UInt8(ascii: "\r") ? count - 1 : count
            return open > limit ? .tooLong : .unfinished
        }
        let isBare = lineFeed == start || bytes[lineFeed - 1] != UInt8(ascii: "\r")
        let line = start..<(isBare ? lineFeed : lineFeed - 1)
        guard line.count <= limit else { return .tooLong }
        if isBare { return .bareLineFeed }
        drop(lineFeed + 1 - start)
        return .complete(line)
    }

    func withBytes<Value>(
        in range: Range<Int>, _ read: (UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> Value
    ) throws(ProtocolError) -> Value {
        try bytes.withUnsafeBufferPointer { (all) throws(ProtocolError) in
            try read(UnsafeBufferPointer(rebasing: all[range]))
        }
    }

    /// Forgets everything.
    mutating func clear() {
        bytes = []
        start = 0
        scanned = 0
    }

    /// Gives back the memory of a large request once all of it is read.
    mutating func shrinkIfEmpty() {
        guard count == 0 else { return }
        bytes.removeAll(keepingCapacity: bytes.capacity <= InputBuffer.keptCapacity)
        start = 0
        scanned = 0
    }

    private func findLineFeed() -> Int? {
        bytes.withUnsafeBufferPointer { all in
            var index = scanned
            while index < all.count {
                if all[index] == UInt8(ascii: "\n") { return index }
                index += 1
            }
            return nil
        }
    }

    /// Moves what is left to the front when that is the smaller part, so that each byte is moved about once.
    private mutating func compact() {
        guard start > 0, count == 0 || (start > InputBuffer.keptCapacity && start > count) else { return }
        bytes.removeSubrange(..<start)
        scanned -= start
        start = 0
    }
}

/// Received bytes that are not parsed yet. It remembers how far it has searched for a line end, so that a line that
/// arrives byte by byte is searched once.
struct InputBuffer {
    /// The state of the line at the front.
    enum Line {
        case unfinished
        case tooLong
        case bareLineFeed
        /// Its range for `withBytes`, without the CRLF; valid until the next `append`.
        case complete(Range<Int>)
    }

    /// The most bytes of memory that a connection keeps between requests.
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

    /// Takes the line at the front. The length is checked first, also of an unfinished line, so that the result does
    /// not depend on how the bytes were split.
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

    /// How many bytes at the front cannot belong to `mark`, and whether all of `mark` follows them. The first byte of
    /// `mark` must occur only once in it.
    func search(for mark: [UInt8]) -> (before: Int, isFound: Bool) {
        bytes.withUnsafeBufferPointer { all in
            var index = start
            while index < all.count {
                if all[index] == mark[0] {
                    let matching = InputBuffer.matching(all[index...], mark[...])
                    if matching == mark.count { return (index - start, true) }
                    if index + matching == all.count { return (index - start, false) }
                }
                index += 1
            }
            return (all.count - start, false)
        }
    }

    /// Whether the bytes begin with `mark`; nil when there are too few to tell.
    func begins(with mark: ArraySlice<UInt8>) -> Bool? {
        let matching = bytes.withUnsafeBufferPointer { InputBuffer.matching($0[start...], mark) }
        if matching == mark.count { return true }
        return matching == count ? nil : false
    }

    /// How many bytes at the front of both are the same.
    private static func matching(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ mark: ArraySlice<UInt8>) -> Int {
        zip(bytes, mark).prefix { $0 == $1 }.count
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

    /// Releases the memory of a large request once all of it is read.
    mutating func shrinkIfEmpty() {
        guard count == 0 else { return }
        bytes.removeAll(keepingCapacity: bytes.capacity <= InputBuffer.keptCapacity)
        start = 0
        scanned = 0
    }

    private func findLineFeed() -> Int? {
        bytes.withUnsafeBytes { all in
            var index = scanned
            while index + 8 <= all.count {
                let marks = EightBytes(all, at: index).marks(of: UInt8(ascii: "\n"))
                if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < all.count {
                if all[index] == UInt8(ascii: "\n") { return index }
                index += 1
            }
            return nil
        }
    }

    /// Moves the rest to the front when it is the smaller part, so that each byte is moved about once.
    private mutating func compact() {
        guard start > 0, count == 0 || (start > InputBuffer.keptCapacity && start > count) else { return }
        bytes.removeSubrange(..<start)
        scanned -= start
        start = 0
    }
}

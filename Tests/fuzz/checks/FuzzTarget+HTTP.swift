extension FuzzTarget {
    /// Bytes have one outcome, however they are cut.
    static func http(_ input: [UInt8]) -> String? {
        let pieces = input.split(separator: separator, omittingEmptySubsequences: false)
        let bytes = Array(pieces.joined())
        var cuts: [Int] = []
        for piece in pieces.dropLast() { cuts.append((cuts.last ?? 0) + piece.count) }
        let whole = Transcript(of: bytes, fields: true)
        guard Transcript(of: bytes, cuts: cuts, fields: true) == whole else { return "another outcome, cut at \(cuts)" }
        let byteByByte = Transcript(of: bytes, cuts: Array(bytes.indices), fields: true)
        return byteByByte == whole ? nil : "another outcome byte by byte"
    }
}

extension FuzzTarget {
    /// Bytes have one outcome, however they are cut.
    static func http(_ input: [UInt8]) -> String? {
        let (bytes, cuts) = cut(input)
        let whole = Transcript(of: bytes, fields: true)
        guard Transcript(of: bytes, cuts: cuts, fields: true) == whole else { return "another outcome, cut at \(cuts)" }
        let byteByByte = Transcript(of: bytes, cuts: Array(bytes.indices), fields: true)
        return byteByByte == whole ? nil : "another outcome byte by byte"
    }

    /// What arrives, and where it is cut.
    static func cut(_ input: [UInt8]) -> (bytes: [UInt8], cuts: [Int]) {
        let pieces = input.split(separator: separator, omittingEmptySubsequences: false)
        var cuts: [Int] = []
        for piece in pieces.dropLast() { cuts.append((cuts.last ?? 0) + piece.count) }
        return (Array(pieces.joined()), cuts)
    }
}

/// Eight bytes that are looked at together. A mark is the highest bit of a byte in the result; above the lowest mark
/// there can be wrong ones.
struct EightBytes {
    private let bytes: UInt64

    private static let each: UInt64 = 0x0101_0101_0101_0101

    init(_ memory: UnsafeRawBufferPointer, at place: Int) {
        bytes = UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// Marks the bytes that are below `limit`, which is at most 0x80.
    func marks(below limit: UInt8) -> UInt64 {
        (bytes &- EightBytes.each &* UInt64(limit)) & ~bytes & (EightBytes.each << 7)
    }

    /// Marks the bytes that are `byte`.
    func marks(of byte: UInt8) -> UInt64 {
        let differences = bytes ^ (EightBytes.each &* UInt64(byte))
        return (differences &- EightBytes.each) & ~differences & (EightBytes.each << 7)
    }

    /// Marks the bytes of 0x80 or more; no mark is wrong.
    var marksBeyondASCII: UInt64 { bytes & (EightBytes.each << 7) }
}

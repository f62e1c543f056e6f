import HTTP

/// Finds requests that were sent before. It remembers at least the last `generation` different fingerprints.
struct Repeats {
    private static let generation = 2048
    /// The most fingerprints that it remembers.
    static let most = 2 * generation

    private var latest: Set<UInt64> = []
    private var before: Set<UInt64> = []

    /// Whether this request came before. Remembers it.
    mutating func isRepeated(_ print: Fingerprint) -> Bool {
        if before.contains(print.value) { return true }
        guard latest.insert(print.value).inserted else { return true }
        if latest.count == Repeats.generation {
            swap(&before, &latest)
            latest.removeAll(keepingCapacity: true)
        }
        return false
    }
}

/// A 64-bit hash that identifies a request. Unlike Swift's own hashes it is the same in every process.
struct Fingerprint {
    private(set) var value: UInt64

    init(_ value: UInt64 = 0x243F_6A88_85A3_08D3) { self.value = value }

    mutating func add(_ text: String) {
        var text = text  // `withUTF8` wants a variable; nothing is copied.
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    mutating func add(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { add($0) } }

    /// Multiplies eight bytes at a time into the value and folds the product, as wyhash does. The length separates one
    /// text from the next.
    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        var index = 0
        while index + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        guard index < bytes.count else { return }
        var rest: UInt64 = 0
        withUnsafeMutableBytes(of: &rest) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[index...])) }
        mix(UInt64(littleEndian: rest))
    }

    private mutating func mix(_ word: UInt64) {
        let product = (value ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        value = product.high ^ product.low &+ 0x9E37_79B9_7F4A_7C15
    }
}

/// Writes bytes one after another, without checks, into memory that has room for all of them.
struct BytePen {
    private let start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0

    init(_ start: UnsafeMutablePointer<UInt8>) { self.start = start }

    mutating func put(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    mutating func put(_ text: StaticString) {
        (start + count).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        count += text.utf8CodeUnitCount
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(start: start + count, count: bytes.count).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func put(_ bytes: Slice<UnsafeRawBufferPointer>) { put(UnsafeRawBufferPointer(rebasing: bytes)) }

    /// A length as four bytes of memory.
    mutating func put(length: Int) {
        UnsafeMutableRawPointer(start + count).storeBytes(of: UInt32(length), as: UInt32.self)
        count += 4
    }

    /// A number of zero or more, in decimal digits.
    mutating func put(decimal number: Int) {
        var rest = number
        var end = count
        repeat {
            end += 1
            rest /= 10
        } while rest > 0
        rest = number
        for place in (count..<end).reversed() {
            start[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count = end
    }
}

extension [UInt8] {
    /// Appends what `write` writes.
    /// - Parameter most: the most bytes that it writes.
    @inline(__always)
    mutating func append(atMost most: Int, _ write: (inout BytePen) -> Void) {
        append(addingCapacity: most) { (room: inout OutputSpan<UInt8>) in
            room.withUnsafeMutableBufferPointer { memory, count in
                guard let start = memory.baseAddress else { return }
                var pen = BytePen(start + count)
                write(&pen)
                count += pen.count
            }
        }
    }
}

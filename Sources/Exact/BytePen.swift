/// Writes bytes one after another, without checks, into memory that has room for all of them.
public struct BytePen {
    /// Where the next byte is put.
    public var place: UnsafeMutablePointer<UInt8>

    @inlinable
    init(_ start: UnsafeMutablePointer<UInt8>) { place = start }

    @inlinable
    public mutating func put(_ byte: UInt8) {
        place.pointee = byte
        place += 1
    }

    @inlinable
    public mutating func put(_ text: StaticString) {
        place.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        place += text.utf8CodeUnitCount
    }

    @inlinable
    public mutating func put(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(start: place, count: bytes.count).copyMemory(from: bytes)
        place += bytes.count
    }

    @inlinable
    public mutating func put(_ bytes: Slice<UnsafeRawBufferPointer>) { put(UnsafeRawBufferPointer(rebasing: bytes)) }

    /// A number of zero or more, in decimal digits.
    @inlinable
    public mutating func put(decimal number: UInt) {
        var unit: UInt = 1
        while number / unit > 9 { unit *= 10 }
        while unit > 0 {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / unit % 10))
            unit /= 10
        }
    }

    /// A number of one or more, in hexadecimal digits.
    @inlinable
    public mutating func put(hexadecimal number: Int) {
        var shift = (Int.bitWidth - 1 - number.leadingZeroBitCount) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 0xF)
            put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            shift -= 4
        }
    }
}

extension [UInt8] {
    /// Appends what `write` writes. To append the bytes one by one takes five times as long.
    /// - Parameter most: the most bytes that it writes.
    @inlinable
    @inline(__always)
    public mutating func append(atMost most: Int, _ write: (inout BytePen) -> Void) {
        append(addingCapacity: most) { (room: inout OutputSpan<UInt8>) in
            room.withUnsafeMutableBufferPointer { memory, count in
                guard let start = memory.baseAddress else { return }
                var pen = BytePen(start + count)
                write(&pen)
                count = pen.place - start
            }
        }
    }
}

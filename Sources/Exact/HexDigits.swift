/// The eight hex digits of 32 bits as ASCII, the first one in the highest byte. All at once: a loop over the digits takes
/// twenty times as long, and a history has two identifiers for each turn.
@inlinable
public func hexDigits(of bits: UInt64) -> UInt64 {
    // One digit in each byte.
    var digits = (bits << 16 | bits) & 0x0000_FFFF_0000_FFFF
    digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
    digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in each byte whose digit is above 9.
    let letters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return digits + 0x3030_3030_3030_3030 + letters * UInt64(UInt8(ascii: "a") - UInt8(ascii: "9") - 1)
}

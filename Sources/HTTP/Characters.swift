/// RFC 9110 §5.6.2 `tchar`.
func isTokenByte(_ byte: UInt8) -> Bool {
    // A bit for each byte below 64: !#$%&'*+-. and digits; and for each from 64 to 127: letters and ^_`|~
    let set: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : byte < 128 ? 0x57FF_FFFF_C7FF_FFFE : 0
    return set >> UInt64(byte & 63) & 1 == 1
}

/// RFC 9110 §5.6.3: space and tab, and nothing else, are white space in a field.
func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

/// Whether a field value can contain the byte: visible, blank, or the `obs-text` of RFC 9110 §5.5.
func isValueByte(_ byte: UInt8) -> Bool {
    byte >= 0x20 ? byte != 0x7F : byte == UInt8(ascii: "\t")
}

/// A byte of RFC 3986's `host [ ":" port ]`: everything else would move the border between host and path.
func isHostByte(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "-", ".", "_", "~", "%", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=", ":", "[", "]": true
    default: false
    }
}

/// Whether a text is `host [ ":" port ]` of RFC 3986 §3.2, or empty: an IPv6 address in brackets or a name, and a port of
/// up to 65535.
func isAuthority(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    if text.first == UInt8(ascii: "[") {
        at = 1
        while at < text.count,
            hexValue(text[at]) != nil || text[at] == UInt8(ascii: ":") || text[at] == UInt8(ascii: ".")
        {
            at += 1
        }
        guard at > 1, at < text.count, text[at] == UInt8(ascii: "]") else { return false }
        at += 1
    } else {
        while at < text.count, text[at] != UInt8(ascii: ":") {
            guard isHostByte(text[at]), text[at] != UInt8(ascii: "["), text[at] != UInt8(ascii: "]") else {
                return false
            }
            at += 1
        }
    }
    guard at < text.count else { return true }
    guard text[at] == UInt8(ascii: ":") else { return false }
    var port = 0
    for byte in text[(at + 1)...] {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), port <= 65535 else { return false }
        port = port * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return port <= 65535
}

func hexValue(_ byte: UInt8) -> UInt8? {
    switch Unicode.Scalar(byte) {
    case "0"..."9": byte - UInt8(ascii: "0")
    case "a"..."f": byte - UInt8(ascii: "a") + 10
    case "A"..."F": byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}

/// Whether a text, which is not shorter, begins with the bytes of `start`.
func begins(_ text: UnsafeBufferPointer<UInt8>, with start: StaticString) -> Bool {
    for index in 0..<start.utf8CodeUnitCount where text[index] != start.utf8Start[index] { return false }
    return true
}

/// Whether a text is `word`, which is given in lower case, without regard to the case of ASCII letters.
func matches(_ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    for index in text.indices where lowercased(text[index]) != word.utf8Start[index] { return false }
    return true
}

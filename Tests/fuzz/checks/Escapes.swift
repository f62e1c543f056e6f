/// How vectors write bytes.
public enum Escapes {
    public static func bytes(_ line: some StringProtocol) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(line.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(escaped(&rest))
            case UInt8(ascii: "{"): bytes += repeated(&rest)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    /// The bytes of an outcome as one line, the same for the same bytes.
    public static func text(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text
    }

    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
        switch rest.popFirst() {
        case UInt8(ascii: "r"): return UInt8(ascii: "\r")
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        case UInt8(ascii: "x"):
            guard let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                preconditionFailure("\\x without two digits")
            }
            rest = rest.dropFirst(2)
            return byte
        case let sign? where sign == UInt8(ascii: "\\") || sign == UInt8(ascii: "{"): return sign
        default: preconditionFailure("an unknown escape")
        }
    }

    private static func repeated(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")),
            let star = rest[..<close].lastIndex(of: UInt8(ascii: "*")),
            let count = Int(String(decoding: rest[(star + 1)..<close], as: UTF8.self))
        else { preconditionFailure("a { that is no {text*n}") }
        let once = bytes(String(decoding: rest[..<star], as: UTF8.self))
        rest = rest[(close + 1)...]
        return Array(repeatElement(once, count: count).joined())
    }
}

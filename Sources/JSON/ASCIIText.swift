/// Reads what is between the quotes of a JSON string of ASCII that comes in pieces, such as Base64.
public struct ASCIIText {
    /// The escape that is begun: a backslash, and the `u` and digits after it.
    private var escape: [UInt8] = []

    public init() {}

    /// - Returns: the piece without its escapes; nil for an escape that JSON has not, or of a character beyond ASCII.
    public mutating func append(_ piece: [UInt8]) -> [UInt8]? {
        if escape.isEmpty, !piece.contains(UInt8(ascii: "\\")) { return piece }
        var text: [UInt8] = []
        text.reserveCapacity(piece.count)
        for byte in piece {
            guard !escape.isEmpty || byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            escape.append(byte)
            switch (escape.count, escape.count > 1 ? escape[1] : 0) {
            case (1, _), (2...5, UInt8(ascii: "u")): continue
            default: break
            }
            guard let character = ASCIIText.character(escape) else { return nil }
            text.append(character)
            escape = []
        }
        return text
    }

    /// The character of a whole escape, by the reader that all JSON goes through.
    private static func character(_ escape: [UInt8]) -> UInt8? {
        let quote = [UInt8(ascii: "\"")]
        guard let text = try? JSONReader.read(quote + escape + quote).string, let scalar = text.unicodeScalars.first
        else { return nil }
        return scalar.isASCII ? UInt8(scalar.value) : nil
    }
}

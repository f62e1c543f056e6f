/// A field value of a word and parameters (RFC 9110 §5.6.6): `form-data; name="a"`.
struct ParameterizedValue {
    /// Before the parameters, in lower case.
    let word: String
    private var parameters: [(name: [UInt8], value: [UInt8])] = []
    /// The most parameters: each is compared with those before it.
    private static let mostParameters = 32

    /// - Parameter field: what errors call the field.
    init(_ value: String, of field: @autoclosure () -> String) throws(ProtocolError) {
        var reader = ParameterReader(bytes: Array(value.utf8))
        word = reader.word()
        while reader.takeSemicolon() {
            // Empty parameters are legal, and some clients end with one.
            if reader.isAtEndOfParameter { continue }
            guard let parameter = reader.parameter() else {
                throw ProtocolError(
                    .badRequest, "\(field()) is malformed; its parameters are name=value or name=\"value\"")
            }
            guard self[parameter.name] == nil else {
                throw ProtocolError(.badRequest, "\(field()) has a parameter twice")
            }
            guard parameters.count < ParameterizedValue.mostParameters else {
                throw ProtocolError(
                    .badRequest, "\(field()) has more than \(ParameterizedValue.mostParameters) parameters")
            }
            parameters.append(parameter)
        }
    }

    /// The value of the parameter with that name, which is given in lower case.
    subscript(name: StaticString) -> [UInt8]? {
        name.withUTF8Buffer { name in parameters.first { $0.name.elementsEqual(name) }?.value }
    }

    private subscript(name: [UInt8]) -> [UInt8]? { parameters.first { $0.name == name }?.value }
}

/// Reads a parameterized value from its beginning to its end.
private struct ParameterReader {
    let bytes: [UInt8]
    private var next = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// True at the end and before a semicolon.
    var isAtEndOfParameter: Bool { next == bytes.count || bytes[next] == UInt8(ascii: ";") }

    /// What is before the parameters, in lower case and without blanks.
    mutating func word() -> String {
        var word: [UInt8] = []
        word.reserveCapacity(bytes.count)
        while !isAtEndOfParameter {
            if !isBlank(bytes[next]) { word.append(lowercased(bytes[next])) }
            next += 1
        }
        return String(decoding: word, as: UTF8.self)
    }

    /// Takes a semicolon and the blanks after it; false at the end.
    mutating func takeSemicolon() -> Bool {
        guard next < bytes.count else { return false }
        next += 1
        skipBlanks()
        return true
    }

    /// Takes a parameter and the blanks after it; nil unless then nothing or a `;` follows. The name is in lower case.
    mutating func parameter() -> (name: [UInt8], value: [UInt8])? {
        let name = token().map(lowercased)
        guard !name.isEmpty, next < bytes.count, bytes[next] == UInt8(ascii: "=") else { return nil }
        next += 1
        let value: [UInt8]
        if next < bytes.count, bytes[next] == UInt8(ascii: "\"") {
            guard let text = quoted() else { return nil }
            value = text
        } else {
            value = Array(token())
            guard !value.isEmpty else { return nil }
        }
        skipBlanks()
        return isAtEndOfParameter ? (name, value) : nil
    }

    private mutating func skipBlanks() {
        while next < bytes.count, isBlank(bytes[next]) { next += 1 }
    }

    private mutating func token() -> ArraySlice<UInt8> {
        let start = next
        while next < bytes.count, isTokenByte(bytes[next]) { next += 1 }
        return bytes[start..<next]
    }

    /// A backslash escapes a quote and itself. Before any other byte it is literal, because clients send Windows paths
    /// unescaped.
    private mutating func quoted() -> [UInt8]? {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        next += 1
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count - next)
        while next < bytes.count {
            let byte = bytes[next]
            next += 1
            if byte == quote { return text }
            if byte == backslash, next < bytes.count, bytes[next] == quote || bytes[next] == backslash {
                text.append(bytes[next])
                next += 1
            } else {
                text.append(byte)
            }
        }
        return nil
    }
}

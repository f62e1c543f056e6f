/// A field value of a word and parameters (RFC 9110 §5.6.6): `form-data; name="a"`.
struct ParameterizedValue {
    /// Before the parameters, in lower case.
    let word: String
    private var parameters: [String: [UInt8]] = [:]

    /// - Parameter field: what errors call the field.
    init(_ value: String, of field: String) throws(ProtocolError) {
        var rest = value[...].utf8
        let first = rest.prefix { $0 != UInt8(ascii: ";") }
        word = String(decoding: first.filter { !isBlank($0) }.map(lowercased), as: UTF8.self)
        rest = rest.dropFirst(first.count)
        while rest.popFirst() != nil {
            rest = rest.drop(while: isBlank)
            // Empty parameters are legal, and some clients end with one.
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            guard let (name, value) = ParameterizedValue.parameter(&rest) else {
                throw ProtocolError(
                    .badRequest, "\(field) is malformed; its parameters are name=value or name=\"value\"")
            }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw ProtocolError(.badRequest, "\(field) has a parameter twice")
            }
        }
    }

    /// The value of the parameter with that name, which is given in lower case.
    subscript(name: String) -> [UInt8]? { parameters[name] }

    /// Takes a parameter and the blanks after it; nil unless then nothing or a `;` follows.
    private static func parameter(_ rest: inout Substring.UTF8View) -> (name: String, value: [UInt8])? {
        let name = rest.prefix(while: isTokenByte)
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "=") else { return nil }
        let value: [UInt8]
        if rest.first == UInt8(ascii: "\"") {
            guard let text = quoted(&rest) else { return nil }
            value = text
        } else {
            value = Array(rest.prefix(while: isTokenByte))
            guard !value.isEmpty else { return nil }
            rest = rest.dropFirst(value.count)
        }
        rest = rest.drop(while: isBlank)
        guard rest.isEmpty || rest.first == UInt8(ascii: ";") else { return nil }
        return (String(decoding: name.map(lowercased), as: UTF8.self), value)
    }

    /// A backslash escapes a quote and itself. Before any other byte it is literal, because clients send Windows paths
    /// unescaped.
    private static func quoted(_ rest: inout Substring.UTF8View) -> [UInt8]? {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return text }
            if byte == backslash, let next = rest.first, next == quote || next == backslash {
                rest = rest.dropFirst()
                text.append(next)
            } else {
                text.append(byte)
            }
        }
        return nil
    }
}

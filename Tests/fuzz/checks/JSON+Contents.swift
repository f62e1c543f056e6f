public import JSON

/// What a value holds, in ASCII: JSON, but for doubles.
public func contents(_ value: JSONValue) -> String {
    switch value.kind {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .double(let value): "double(\(value))"
    case .string(let value): quoted(value)
    case .array(let values): "[\(values.map(contents).joined(separator: ","))]"
    case .object(let members):
        "{\(members.map { "\(quoted($0.key)):\(contents($0.value))" }.joined(separator: ","))}"
    }
}

public func quoted(_ text: String) -> String {
    var writer = JSONWriter(capacity: 64, asciiOnly: true)
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
}

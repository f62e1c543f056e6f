import JSON

/// What a value holds, in ASCII: JSON, but for doubles.
func contents(_ value: JSONValue) -> String {
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

func quoted(_ text: String) -> String {
    var writer = JSONWriter(capacity: 64, asciiOnly: true)
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// What `read` throws, nil when it reads.
func error(_ bytes: [UInt8], depthLimit: Int = 64) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONReader.read(bytes, depthLimit: depthLimit)
        return nil
    } catch {
        return error
    }
}

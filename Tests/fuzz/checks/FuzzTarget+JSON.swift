import JSON

extension FuzzTarget {
    /// A value has offsets within the text, and is the same after it was written and read; a refusal has a sound
    /// error.
    static func json(_ input: [UInt8]) -> String? {
        do throws(JSONError) {
            let value = try JSONReader.read(input)
            guard holdsPlaces(of: value, in: input) else { return "a value begins where none stands" }
            return [false, true].compactMap { rewritten(value, asciiOnly: $0) }.first
        } catch {
            guard (0...input.count).contains(error.offset) else { return "the error is at \(error.offset)" }
            let position = JSONPositions(input).of(error.offset)
            guard position.line >= 1, position.column >= 1 else { return "the error is at \(position)" }
            let isSound = error.message.hasPrefix("expected ") && !error.message.hasSuffix(".")
            return isSound ? nil : "the error says: \(error.message)"
        }
    }

    private static func holdsPlaces(of value: JSONValue, in input: [UInt8]) -> Bool {
        guard input.indices.contains(value.offset) else { return false }
        let first = input[value.offset]
        switch value.kind {
        case .array(let values):
            return first == UInt8(ascii: "[") && values.allSatisfy { holdsPlaces(of: $0, in: input) }
        case .object(let members):
            return first == UInt8(ascii: "{")
                && members.allSatisfy {
                    input.indices.contains($0.keyOffset) && input[$0.keyOffset] == UInt8(ascii: "\"")
                        && holdsPlaces(of: $0.value, in: input)
                }
        default: return true
        }
    }

    private static func rewritten(_ value: JSONValue, asciiOnly: Bool) -> String? {
        var writer = JSONWriter(capacity: 256, asciiOnly: asciiOnly)
        writer.value(value)
        if asciiOnly, !writer.bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return "not all is ASCII" }
        let holds = contents(value)
        guard let again = try? JSONReader.read(writer.bytes) else { return "what was written does not read: \(holds)" }
        return contents(again) == holds ? nil : "\(holds) was written and read as \(contents(again))"
    }
}

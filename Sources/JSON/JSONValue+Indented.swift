extension JSONValue {
    /// The value as a text for people: a member or an item a line, with two spaces a level. It ends with a line feed.
    public var indented: [UInt8] {
        var text: [UInt8] = []
        write(into: &text, level: 0)
        return text + [UInt8(ascii: "\n")]
    }

    private func write(into text: inout [UInt8], level: Int) {
        switch kind {
        case .array(let items) where !items.isEmpty:
            JSONValue.write(items, "[", "]", level, into: &text) { item, text in
                item.write(into: &text, level: level + 1)
            }
        case .object(let members) where !members.isEmpty:
            JSONValue.write(members, "{", "}", level, into: &text) { member, text in
                text += JSONValue.string(member.key).bytes + Array(": ".utf8)
                member.value.write(into: &text, level: level + 1)
            }
        default: text += bytes
        }
    }

    private static func write<Part>(
        _ parts: [Part], _ begin: String, _ end: String, _ level: Int, into text: inout [UInt8],
        _ write: (Part, inout [UInt8]) -> Void
    ) {
        func newLine(_ level: Int) {
            text += Array("\n".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 2 * level)
        }
        text += Array(begin.utf8)
        for (place, part) in parts.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            newLine(level + 1)
            write(part, &text)
        }
        newLine(level)
        text += Array(end.utf8)
    }
}

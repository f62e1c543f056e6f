import Fixtures
import HTTP
import JSON

extension Fault.Refusal {
    /// Fields that a fault cannot set: the server writes them itself.
    private static let framing: [FieldName] = [.connection, .contentLength, .date, .transferEncoding]

    /// Reads the refusal; nil, with a report, for a mistake.
    init?(_ reader: ObjectReader) {
        let words = reader.text("message")
        let json = reader.value("body")
        let text = reader.text("text")
        let given = ["message", "body", "text"].filter { reader.value($0) != nil }
        if given.count > 1 {
            reader.findings.report(
                "\"\(given[1])\" and \"\(given[0])\" both say what the answer holds; one of them",
                at: reader.position(of: given[1]))
        }
        fields = Self.fields(reader)
        content = json.map { .json($0) } ?? text.map { .text($0) } ?? .words(words)
        guard let status = reader.integer("status", in: 200...599) ?? reader.missing("status") else { return nil }
        self.status = status
    }

    private static func fields(_ reader: ObjectReader) -> Fields {
        var fields = Fields()
        guard let members = reader.value("headers") else { return fields }
        guard let list = members.members else {
            reader.findings.report("\"headers\" of a fault must be an object of texts", at: members.offset)
            return fields
        }
        for member in list {
            guard let name = FieldName(member.key), let value = member.value.string else {
                reader.findings.report(
                    "\"\(member.key)\" must be a field's name with a text", at: member.keyOffset)
                continue
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                reader.findings.report(
                    "\"\(member.key)\" must be a text without line ends and other control characters (RFC 9110 section 5.5)",
                    at: member.value.offset)
                continue
            }
            guard name != .requestID else {
                reader.findings.report(
                    "\"\(member.key)\" is the server's own to set; a request that brings one keeps it",
                    at: member.keyOffset)
                continue
            }
            guard !framing.contains(name) else {
                reader.findings.report(
                    "\"\(member.key)\" is the server's own to set; the faults content_length and close change it",
                    at: member.keyOffset)
                continue
            }
            fields.add(name, value)
        }
        return fields
    }
}

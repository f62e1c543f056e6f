import HTTP
import JSON

/// The mistakes in the fields of a request, in the form of FastAPI (E-18).
struct Refusal {
    private struct Fault {
        let type: String
        let field: String
        let message: String
        let input: String?
    }

    private var faults: [Fault] = []

    /// Nil without mistakes.
    var response: Response? {
        guard !faults.isEmpty else { return nil }
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("detail")
        writer.beginArray()
        for fault in faults {
            writer.beginObject()
            writer.member("type", fault.type)
            writer.key("loc")
            writer.beginArray()
            writer.string("body")
            writer.string(fault.field)
            writer.endArray()
            writer.member("msg", fault.message)
            writer.member("input", fault.input)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes, status: .unprocessable)
    }

    mutating func missing(_ field: String) {
        faults.append(Fault(type: "missing", field: field, message: "Field required", input: nil))
    }

    mutating func tooLong(_ field: String, limit: Int) {
        faults.append(
            Fault(
                type: "string_too_long", field: field, message: "String should have at most \(limit) characters",
                input: nil))
    }

    mutating func noCase(_ field: String, _ input: String, of words: [String]) {
        let quoted = words.map { "'\($0)'" }
        let list = quoted.dropLast().joined(separator: ", ") + " or " + (quoted.last ?? "")
        faults.append(Fault(type: "enum", field: field, message: "Input should be \(list)", input: input))
    }
}

import Exact
import HTTP

/// A table as text (RFC 4180): lines end with CRLF; a field that contains a comma, a quote or a line end is quoted.
struct CSV {
    private(set) var text: String

    init(_ header: [String]) {
        text = ""
        add(header)
    }

    mutating func add(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { text += "," }
            text += CSV.escaped(field)
        }
        text += "\r\n"
    }

    var response: Response {
        var fields = Fields()
        fields.add(.contentType, "text/csv; charset=utf-8; header=present")
        return Response(status: .ok, fields: fields, body: Array(text.utf8))
    }

    private static func escaped(_ field: String) -> String {
        guard field.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return field }
        return "\"" + field.with("\"\"", inPlaceOf: "\"") + "\""
    }
}

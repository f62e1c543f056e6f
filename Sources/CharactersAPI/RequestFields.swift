import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// Reads the fields of a request, and collects the mistakes in them. A field that is null counts as missing (A.0-9).
struct RequestFields {
    /// In Unicode scalars; the real service states no limits, and these are generous.
    private static let nameLimit = 1_000
    private static let textLimit = 10_000
    private static let addressLimit = 10_000

    /// The most mistakes that an answer names.
    private static let mistakeLimit = 20
    /// The most objects of a list: reading them holds others up.
    private static let rowLimit = 10_000

    private let object: JSONValue
    /// What is before the names of its fields in mistakes: `post.`.
    private var path = ""
    private var mistakes: [String] = []

    init(_ object: JSONValue) { self.object = object }

    subscript(_ field: String) -> JSONValue? { object[field].flatMap { $0.isNull ? nil : $0 } }

    /// - Throws: a 422 that names each wrong field.
    func check() throws(Failure) {
        guard mistakes.isEmpty else { throw Failure(.unprocessable, mistakes.joined(separator: "; ")) }
    }

    /// Whether a field is missing or an empty text.
    func isBlank(_ field: String) -> Bool { self[field].map { $0.string == "" } ?? true }

    mutating func refuse(_ field: String, _ mistake: String) {
        if mistakes.count < RequestFields.mistakeLimit { mistakes.append("\(path)\(field): \(mistake)") }
    }

    /// A required name, without the white space around it (E-39).
    mutating func name(_ field: String) -> String {
        guard let text = text(field, limit: RequestFields.nameLimit) else {
            if self[field] == nil { refuse(field, "Field required") }
            return ""
        }
        let trimmed = text.trimmed
        if trimmed.isEmpty { refuse(field, "must not be empty") }
        return trimmed
    }

    /// A name that may be missing; empty counts as missing.
    mutating func optionalName(_ field: String) -> String? {
        text(field, limit: RequestFields.nameLimit)?.trimmed.nonEmpty
    }

    /// A text as it was sent; empty counts as missing.
    mutating func message(_ field: String) -> String? { text(field, limit: RequestFields.textLimit)?.nonEmpty }

    /// A URL that may be missing.
    mutating func address(_ field: String) -> String? { text(field, limit: RequestFields.addressLimit)?.nonEmpty }

    /// One of several words; nil: missing or wrong.
    mutating func word(_ field: String, of words: [String]) -> String? {
        guard let text = text(field, limit: RequestFields.nameLimit) else { return nil }
        if words.contains(where: { $0 === text }) { return text }
        refuse(field, "must be one of \(words.joined(separator: ", ")), not \"\(text)\"")
        return nil
    }

    /// A finite number as an event's context has it; nil: missing or wrong.
    mutating func number(_ field: String) -> String? {
        guard let value = self[field] else { return nil }
        guard value.number != nil else {
            refuse(field, "must be a number")
            return nil
        }
        return MatchContext.Event.text(of: value)
    }

    /// A number within bounds; nil: missing or wrong.
    mutating func number(_ field: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = self[field] else { return nil }
        if let number = value.number, range.contains(number) { return number }
        refuse(field, "must be a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
        return nil
    }

    /// A whole number within bounds; nil: missing or wrong.
    mutating func integer(_ field: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = self[field] else { return nil }
        if let number = value.integer, range.contains(number) { return number }
        refuse(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// Any whole number; nil: missing or wrong.
    mutating func integer(_ field: String) -> Int? {
        guard let value = self[field] else { return nil }
        if value.integer == nil { refuse(field, "must be a whole number") }
        return value.integer
    }

    /// What a list of URLs has; empty when it is missing.
    mutating func addresses(_ field: String) -> [String] {
        items(of: field, "a text") { $0.string }.filter { address in
            let isShort = address.hasScalars(atMost: RequestFields.addressLimit)
            if !isShort { refuse(field, "each must have at most \(RequestFields.addressLimit) characters") }
            return isShort
        }
    }

    /// What is read of a field that is an object; nil: missing or wrong.
    mutating func members<Value>(of field: String, _ read: (inout RequestFields) -> Value) -> Value? {
        object(field)
        return self[field].flatMap { $0.members == nil ? nil : inside($0, "\(path)\(field).", read) }
    }

    /// What is read of each object in a list; empty when it is missing.
    mutating func rows<Value>(of field: String, _ read: (inout RequestFields) -> Value) -> [Value] {
        guard self[field]?.array?.count ?? 0 <= RequestFields.rowLimit else {
            refuse(field, "must have at most \(RequestFields.rowLimit)")
            return []
        }
        return items(of: field, "an object") { $0.members == nil ? nil : $0 }.enumerated().map { place, row in
            inside(row, "\(path)\(field)[\(place)].", read)
        }
    }

    private mutating func items<Item>(
        of field: String, _ what: String, _ item: (JSONValue) -> Item?
    ) -> [Item] {
        guard let value = self[field] else { return [] }
        guard let list = value.array else {
            refuse(field, "must be a list")
            return []
        }
        let items = list.compactMap(item)
        if items.count < list.count { refuse(field, "each must be \(what)") }
        return items
    }

    private mutating func inside<Value>(
        _ object: JSONValue, _ path: String, _ read: (inout RequestFields) -> Value
    ) -> Value {
        var fields = RequestFields(object)
        fields.path = path
        let value = read(&fields)
        mistakes += fields.mistakes.prefix(RequestFields.mistakeLimit - mistakes.count)
        return value
    }

    /// Checks that a field, if it is there, is an object.
    mutating func object(_ field: String) {
        if let value = self[field], value.members == nil { refuse(field, "must be an object") }
    }

    /// Checks that a field, if it is there, is a list.
    mutating func list(_ field: String) {
        if let value = self[field], value.array == nil { refuse(field, "must be a list") }
    }

    /// What a list of texts has; empty when it is missing.
    mutating func texts(_ field: String) -> [String] { items(of: field, "a text") { $0.string } }

    /// True or false; nil: missing or wrong.
    mutating func flag(_ field: String) -> Bool? {
        guard let value = self[field] else { return nil }
        if value.bool == nil { refuse(field, "must be true or false") }
        return value.bool
    }

    private mutating func text(_ field: String, limit: Int) -> String? {
        guard let value = self[field] else { return nil }
        guard let text = value.string else {
            refuse(field, "must be a text")
            return nil
        }
        if !text.hasScalars(atMost: limit) { refuse(field, "must have at most \(limit) characters") }
        return text
    }
}

extension String {
    /// Nil when it is empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}

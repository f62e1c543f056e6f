import Dialogue
import Exact
public import JSON

/// Reads the members of one object, reporting each that is missing, of the wrong type, repeated or unknown.
public final class ObjectReader {
    public let findings: Findings
    /// Where the object began.
    public let offset: Int
    private let what: String
    private let members: [JSONValue.Member]
    /// The keys that were read, some twice. They are few, so a list is cheaper than a set.
    private var known: [String] = []
    /// Keys that every object can have, for editors and readers.
    private static let notes: Set<ExactText> = ["$schema", "$comment"]
    /// Missing keys of a file, which are reported at the end, unless a misspelt key is meant for one.
    private var absent: [(key: String, message: String)] = []
    /// Keys whose choice was reported: some are read by each list that inherits them.
    private var wrongChoices: Set<ExactText> = []

    /// Nil, with a report, when the value is not an object. `what` names it in messages: "a state".
    public init?(_ value: JSONValue, _ what: String, _ findings: Findings) {
        guard case .object(let members) = value.kind else {
            findings.report("\(what) must be an object, not \(value.typeName)", at: value.offset)
            return nil
        }
        self.findings = findings
        self.what = what
        self.members = members
        offset = value.offset
        known.reserveCapacity(24)
        reportRepeated()
    }

    /// Up to this number of members, each is compared with those before it, which is cheaper than a set.
    private static let few = 12

    private func reportRepeated() {
        var seen: Set<ExactText> = []
        for (place, member) in members.enumerated() {
            let isNew =
                members.count <= ObjectReader.few
                ? !members[..<place].contains { $0.key === member.key } : seen.insert(member.key)
            if isNew { continue }
            findings.report("the key \"\(member.key)\" stands twice in \(what)", at: member.keyOffset)
        }
    }

    /// Whether it has no members except notes.
    public var isEmpty: Bool { members.allSatisfy { ObjectReader.notes.contains($0.key) } }

    public func value(_ key: String) -> JSONValue? {
        known.append(key)
        return members.last { $0.key === key }?.value
    }

    /// The offset of the key's value; without one, that of the object.
    public func position(of key: String) -> Int {
        members.last { $0.key === key }?.value.offset ?? offset
    }

    public func text(_ key: String, nullable: Bool = false) -> String? {
        guard let value = value(key) else { return nil }
        if nullable, case .null = value.kind { return nil }
        guard case .string(let text) = value.kind else { return wrong(key, "a text", value) }
        return text
    }

    /// The most Unicode scalars of a name.
    public static let nameLimit = 1_000

    /// A text of at most `nameLimit` scalars.
    public func name(_ key: String, nullable: Bool = false) -> String? {
        guard let text = text(key, nullable: nullable) else { return nil }
        guard text.hasScalars(atMost: ObjectReader.nameLimit) else {
            findings.report(
                "\"\(key)\" of \(what) must have at most \(ObjectReader.nameLimit) characters", at: position(of: key))
            return nil
        }
        return text
    }

    /// A required name that is not blank.
    public func requiredName(_ key: String) -> String? { requiredText(key) == nil ? nil : name(key) }

    /// A required text that is not blank.
    public func requiredText(_ key: String) -> String? {
        guard value(key) != nil else { return missing(key) }
        guard let text = text(key) else { return nil }
        guard !text.isBlank else {
            findings.report("\"\(key)\" of \(what) must not be empty", at: position(of: key))
            return nil
        }
        return text
    }

    public func bool(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let bool) = value.kind else { return wrong(key, "true or false", value) }
        return bool
    }

    /// A whole number of 32 bits, because the strictest client reads 32 bits (spec F.2).
    public func integer(_ key: String, in range: ClosedRange<Int> = Int(Int32.min)...Int(Int32.max)) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer else {
            guard case .double(let number) = value.kind else { return wrong(key, "a whole number", value) }
            return wrong(key, "a whole number between \(range.lowerBound) and \(range.upperBound)", value, "\(number)")
        }
        guard range.contains(number) else {
            findings.report(
                "\"\(key)\" of \(what) must be between \(range.lowerBound) and \(range.upperBound), not \(number)",
                at: value.offset)
            return nil
        }
        return number
    }

    /// Any number within bounds.
    public func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.number else { return wrong(key, "a number", value) }
        guard range.contains(number) else {
            findings.report(
                "\"\(key)\" of \(what) must be between \(shown(range.lowerBound)) and \(shown(range.upperBound)), "
                    + "not \(shown(number))", at: value.offset)
            return nil
        }
        return number
    }

    /// A number as an author would write it: a whole one without a point.
    private func shown(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? number.description }

    /// One of the raw values of an enumeration.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        text(key).flatMap { choice($0, of: key, at: position(of: key)) }
    }

    /// One of the raw values of an enumeration, or a list of some.
    func choices<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> [Choice]?
    where Choice.RawValue == String {
        guard let value = value(key) else { return nil }
        guard case .array(let items) = value.kind else { return choice(key, Choice.self).map { [$0] } }
        if items.isEmpty { findings.report("\"\(key)\" of \(what) must hold at least one", at: value.offset) }
        return items.compactMap { item in
            guard let text = item.string else { return wrong(key, "a text or a list of texts", item) }
            return choice(text, of: key, at: item.offset)
        }
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, of key: String, at offset: Int
    ) -> Choice? where Choice.RawValue == String {
        if let choice = Choice.allCases.first(where: { $0.rawValue === text }) { return choice }
        guard wrongChoices.insert(key) else { return nil }
        let words = Choice.allCases.map(\.rawValue)
        findings.report(
            "\"\(key)\" of \(what) must be one of \(words.joined(separator: ", ")), not \"\(text)\""
                + Suggestion.text(for: text, among: words), at: offset)
        return nil
    }

    public func object(_ key: String, _ what: String) -> ObjectReader? {
        value(key).flatMap { ObjectReader($0, what, findings) }
    }

    public func array(_ key: String) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let items) = value.kind else { return wrong(key, "a list", value) }
        return items
    }

    /// Accepts texts of the real service's editor that have no effect here.
    func acceptTexts(_ keys: String...) {
        for key in keys { _ = text(key, nullable: true) }
    }

    /// Reports that a key is missing, if it is: an invalid value has been reported already. Of a file it is reported by
    /// `finish`, unless a misspelt key is meant for it.
    public func missing<Value>(_ key: String) -> Value? {
        if value(key) == nil { report(missing: key, "\(what) has no \"\(key)\"", help: .missing) }
        return nil
    }

    /// Reports that a key is missing, in other words than `missing`.
    func report(missing key: String, _ message: @autoclosure () -> String, help: Findings.Help = .wrong) {
        if findings.isFile {
            absent.append((key, message()))
        } else {
            findings.report(message(), at: offset, help: help)
        }
    }

    /// Reports a key that the language has elsewhere, if it is here.
    func refuse(_ key: String, _ message: @autoclosure () -> String) {
        guard let member = members.last(where: { $0.key === key }) else { return }
        known.append(key)
        findings.report(message(), at: member.keyOffset)
    }

    /// Whether a key is missing, and another may be meant for it.
    public func misspells(_ key: String) -> Bool {
        !members.contains { $0.key === key }
            && members.contains { Suggestion.nearest(to: $0.key, among: [key]) != nil }
    }

    /// Reports every key that was never read, with the most similar known key or else all known ones. Call it once,
    /// after all reads.
    /// - Parameter hasReadAll: whether every key was asked for; else only keys that are nearly a known one are mistakes.
    public func finish(hasReadAll: Bool = true) {
        let unknown = members.filter { member in
            !known.contains { $0 === member.key } && !ObjectReader.notes.contains(member.key)
        }
        let meant = absent.isEmpty ? [] : unknown.compactMap { Suggestion.nearest(to: $0.key, among: known) }
        for (key, message) in absent where !meant.contains(where: { $0 === key }) {
            findings.report(message, at: offset, help: .missing)
        }
        if let task { findings.warn("a comment says \(ExplanationText.quoted(task))", at: position(of: "$comment")) }
        for member in unknown {
            findings.report(
                unknown: member.key, in: what, near: { near(member.key) }, known: hasReadAll ? listed : nil,
                at: member.keyOffset)
        }
    }

    /// The comment, when it is one of those with which an import marks what is still to be done.
    var task: String? {
        guard let text = members.last(where: { $0.key == "$comment" })?.value.string else { return nil }
        return text.begins(with: "to do:") || text.begins(with: "draft:") ? text : nil
    }

    private func near(_ key: String) -> String {
        Suggestion.text(for: key, among: Set(exact: known).union(ObjectReader.notes).map(\.text))
    }

    private func listed() -> String {
        let all = Set(exact: known).subtracting(ObjectReader.notes).sorted().map(\.text).joined(separator: ", ")
        return "; known are \(all)"
    }

    /// - Parameter shown: the value itself, if it is more useful than its type.
    private func wrong<Value>(
        _ key: String, _ wanted: String, _ value: JSONValue, _ shown: String? = nil
    ) -> Value? {
        findings.report("\"\(key)\" of \(what) must be \(wanted), not \(shown ?? value.typeName)", at: value.offset)
        return nil
    }
}

extension JSONValue {
    /// The name of the value's type for authors.
    var typeName: String {
        switch kind {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .integer: "a number"
        case .double: "a number with a point or an exponent"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

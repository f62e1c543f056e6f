package import Emulator
import Exact
import HTTP

/// The fields that every call about a lead has (A.4). Empty ones count as missing: the clients do not send them.
struct LeadFields {
    /// In Unicode scalars; the real service states no limits, and these are generous.
    private static let nameLimit = 1_000
    static let textLimit = 10_000

    /// The lead's name on the caller's platform; part of the session's key.
    let target: String
    /// Which of the caller's own accounts is talking.
    let ownUsername: String?
    let hasImage: Bool
    private let form: Form?

    /// Reads the fields, and adds mistakes to `refusal`.
    init(_ form: Form?, _ refusal: inout Refusal) {
        self.form = form
        target = LeadFields.name("target", form) ?? ""
        ownUsername = LeadFields.name("own_username", form)
        let hasFile = form?.files.contains { $0.name == "file" && !$0.content.isEmpty } ?? false
        hasImage = hasFile || LeadFields.value("image_url", form) != nil
        if target.isEmpty { refusal.missing("target") }
        for (field, text) in [("target", target), ("own_username", ownUsername ?? "")]
        where !text.hasScalars(atMost: LeadFields.nameLimit) {
            refusal.tooLong(field, limit: LeadFields.nameLimit)
        }
    }

    /// A possibly long field, as it was sent; nil when it is empty.
    func text(_ field: String, _ refusal: inout Refusal) -> String? {
        guard let text = LeadFields.value(field, form) else { return nil }
        if !text.hasScalars(atMost: LeadFields.textLimit) { refusal.tooLong(field, limit: LeadFields.textLimit) }
        return text
    }

    /// A field without the white space around it (E-11).
    private static func name(_ field: String, _ form: Form?) -> String? {
        guard let name = value(field, form)?.trimmed, !name.isEmpty else { return nil }
        return name
    }

    private static func value(_ field: String, _ form: Form?) -> String? {
        guard let value = form?.fields.first(where: { $0.name === field })?.value, !value.isEmpty else { return nil }
        return value
    }
}

extension FluidTalk {
    /// A lead's message, if it is one that the API takes.
    package static func message(_ text: String, hasImage: Bool) throws(Failure) -> String {
        guard !text.isEmpty || hasImage else { throw Failure(.unprocessable, "message: Field required") }
        guard text.hasScalars(atMost: LeadFields.textLimit) else {
            throw Failure(
                .unprocessable, "message: String should have at most \(LeadFields.textLimit) characters")
        }
        return text
    }
}

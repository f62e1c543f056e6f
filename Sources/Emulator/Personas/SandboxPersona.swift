import JSON

/// A persona that was put into one sandbox, as its row in the store holds it. The row of a persona that an account made
/// holds only the document.
struct SandboxPersona {
    struct Label: Sendable {
        let slug: String
        /// The name of the account that owns it; `*`: everyone.
        let owner: String
    }

    let label: Label
    let document: String

    init(label: Label, document: String) {
        self.label = label
        self.document = document
    }

    private static let beginning = "{\"slug\":"

    /// Nil for a row that `stored` did not make.
    init?(stored text: String) {
        guard text.hasPrefix(SandboxPersona.beginning),
            let value = try? JSONReader.read(Array(text.utf8), depthLimit: 1_000),
            let slug = value["slug"]?.string, let owner = value["owner"]?.string, let document = value["document"]
        else { return nil }
        self.init(
            label: Label(slug: slug, owner: owner), document: String(decoding: document.bytes, as: UTF8.self))
    }

    var stored: String {
        var writer = JSONWriter(capacity: document.utf8.count + 64)
        writer.beginObject()
        writer.member("slug", label.slug)
        writer.member("owner", label.owner)
        writer.key("document")
        writer.encoded(Array(document.utf8))
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

import Journal
import Emulator
import Exact
import HTTP

/// Restores hidden secrets of a journal that are known here: those of the fixtures, and those in answers of the replay.
final class KnownSecrets {
    private var byShown: [String: String] = [:]
    private let redactor: Redactor

    init(_ redactor: Redactor) {
        self.redactor = redactor
        redactor.heard = { [unowned self] secret, shown in byShown[shown] = secret }
    }

    func learn(_ secret: String) { _ = redactor.shown(secret) }

    func restore(_ fields: Fields) -> Fields {
        var restored = Fields()
        for field in fields.list { restored.add(field.name, restore(field.value)) }
        return restored
    }

    /// - Parameter isEncoded: whether the text is a query or a URL-encoded form.
    func restore(_ text: String, isEncoded: Bool = false) -> String {
        guard text.unicodeScalars.contains("…") else { return text }
        return byShown.reduce(text) { text, pair in
            text.with(isEncoded ? PercentEncoding.encode(pair.value) : pair.value, inPlaceOf: pair.key)
        }
    }

    func restore(_ body: JournalLines.Body, isEncoded: Bool) -> [UInt8] {
        switch body {
        case .text(let text): Array(restore(text, isEncoded: isEncoded).utf8)
        case .bytes(let bytes): bytes
        }
    }

    /// Whether the caller's key or token is a hidden secret that is not known here.
    func isLocked(_ fields: Fields) -> Bool {
        fields.list.contains {
            redactor.isCredential($0.name.text) && $0.value.unicodeScalars.contains("…")
        }
    }
}

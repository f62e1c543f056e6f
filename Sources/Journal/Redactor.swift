import Crypto
import Exact
import HTTP
import JSON

/// The secrets in an API's requests and answers.
public struct Secrets: Sendable {
    /// Names of head fields, query and form fields and JSON members, in lower case; `*` stands for anything: `x-*-key`.
    /// Names such as `api_key` and `authToken` need not be listed (`SecretName`).
    public var names: [String] = []
    /// The head fields that hold a caller's key or token, in lower case. They are among the names.
    public var credentials: [String] = []
    /// Prefixes of the API's keys. The prefix of a key is shown, and a value under the name `key` is a secret if it has
    /// one.
    public var keyPrefixes: [String] = []
    /// Prefixes of the API's test keys, which are names and not secrets.
    public var openPrefixes: [String] = []
    /// Channels whose names could be mistaken for keys: those without a space.
    public var channels: [String] = []
    /// Words in a secret that describe it, and that are shown.
    public var words: [String] = []

    public init() {}

    /// What the keys that the control API makes begin with.
    public static let pageKeyPrefix = "fmk_page_"

    /// The secrets of every API.
    static let common: Secrets = {
        var secrets = Secrets()
        secrets.credentials = ["authorization"]
        secrets.keyPrefixes = [pageKeyPrefix]
        return secrets
    }()
}

/// Writes secrets so that they cannot be used: a known prefix, and a digest. Equal secrets have equal digests, by which
/// a replay finds the key that it knows.
public final class Redactor {
    private let names: [NamePattern]
    private let credentials: Set<String>
    private let keyPrefixes: [String]
    private let openPrefixes: [String]
    private let channels: Set<String>
    private let words: [String]
    let shapes: [Shape]
    /// By byte: whether a shape begins with it.
    let startsShape: [Bool]
    /// The least length of a shape, in bytes; at least 1.
    let leastShape: Int
    /// Of names that were looked up: the same few come with each request.
    private var meanings: [ExactText: Meaning] = [:]
    private static let mostKnown = 1_000
    /// In bytes.
    private static let longestKnown = 64
    /// Called with each secret that is hidden.
    public var heard: ((_ secret: String, _ shown: String) -> Void)?

    public init(_ secrets: [Secrets]) {
        let all = [Secrets.common] + secrets
        names = all.flatMap(\.names).map(NamePattern.init)
        credentials = Set(all.flatMap(\.credentials))
        keyPrefixes = all.flatMap(\.keyPrefixes)
        openPrefixes = all.flatMap(\.openPrefixes)
        channels = Set(all.flatMap(\.channels))
        words = all.flatMap(\.words)
        shapes = keyPrefixes.map { Shape($0, least: $0.utf8.count + 8) } + Redactor.foreignShapes
        var starts = [Bool](repeating: false, count: 256)
        for shape in shapes { shape.prefix.first.map { starts[Int($0)] = true } }
        startsShape = starts
        leastShape = shapes.map(\.least).min() ?? 1
    }

    /// The form of a secret that can be shown: `pk_live_…1a2b3c4d`.
    public func shown(_ secret: String) -> String {
        guard !secret.isEmpty, !isOpen(secret), !isShown(secret) else { return secret }
        let known = keyPrefixes.filter(secret.begins).max { $0.utf8.count < $1.utf8.count }
        let prefix = known ?? (secret.utf8.count >= 12 ? String(secret.unicodeScalars.prefix(3)) : "")
        let digest = Digest.hex(Array(Digest.sha256(Array(secret.utf8))[..<4]))
        let shown = prefix + "…" + digest + words.filter(secret.holds).map { "-\($0)" }.joined()
        heard?(secret, shown)
        return shown
    }

    /// The form of a caller that can be shown: a key is hidden, a channel is not.
    public func shown(caller: String) -> String {
        channels.contains(caller) || caller.utf8.contains(UInt8(ascii: " ")) ? caller : shown(caller)
    }

    /// The value of a head field.
    public func field(_ name: String, _ value: String) -> String {
        guard hides(value, under: name) else { return text(value) }
        // A scheme such as `Bearer` is not a secret.
        let parts = value.unicodeScalars.split(separator: " ", maxSplits: 1)
        guard name.ends(with: "authorization"), parts.count == 2 else { return shown(value) }
        return "\(String(parts[0])) \(shown(String(parts[1])))"
    }

    /// The same for a field as it was received; nil: its value has no secret.
    func field(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> String? {
        let name = String(decoding: name, as: UTF8.self)
        guard meaning(of: name) != .harmless || hasShape(value) else { return nil }
        let text = String(decoding: value, as: UTF8.self)
        let shown = field(name.lowercased(), text)
        return shown === text ? nil : shown
    }

    /// Whether the head field holds a caller's key or token.
    public func isCredential(_ field: String) -> Bool { credentials.contains(field) }

    /// What a name says of its value.
    enum Meaning {
        case secret
        /// It is the name of secrets and of harmless things.
        case key
        case harmless
    }

    func meaning(of name: String) -> Meaning {
        let key = ExactText(name)
        if let known = meanings[key] { return known }
        let small = name.lowercased()
        let isSecret = names.contains { $0.matches(small) } || SecretName.isSecret(name)
        let meaning: Meaning = isSecret ? .secret : small === "key" ? .key : .harmless
        guard name.utf8.count <= Redactor.longestKnown else { return meaning }
        if meanings.count == Redactor.mostKnown { meanings = [:] }
        meanings[key] = meaning
        return meaning
    }

    /// Whether the value under a name is hidden.
    func hides(_ value: String, under name: String) -> Bool { hides(value, meaning(of: name)) }

    func hides(_ value: String, _ meaning: Meaning) -> Bool {
        switch meaning {
        case .secret: true
        case .key: keyPrefixes.contains(where: value.begins) || Redactor.looksRandom(value)
        case .harmless: false
        }
    }

    private func isOpen(_ key: String) -> Bool {
        openPrefixes.contains { prefix in
            key.begins(with: prefix) && key.utf8.allSatisfy(\.isNameByte)
        }
    }

    /// Whether the text is a hidden secret already: a replay sends such a text when it does not know the secret.
    private func isShown(_ text: String) -> Bool {
        guard let mark = text.unicodeScalars.lastIndex(of: "…") else { return false }
        let digits = text.unicodeScalars[mark...].dropFirst().prefix(8)
        return digits.count == 8 && digits.allSatisfy { $0.properties.isASCIIHexDigit }
    }
}

/// A name with at most one `*`.
private struct NamePattern {
    private let start: String
    private let end: String?

    init(_ text: String) {
        let parts = text.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        start = String(parts[0])
        end = parts.count == 2 ? String(parts[1]) : nil
    }

    func matches(_ name: String) -> Bool {
        guard let end else { return name == start }
        return name.utf8.count >= start.utf8.count + end.utf8.count && name.begins(with: start) && name.ends(with: end)
    }
}

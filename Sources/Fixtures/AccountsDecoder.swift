import Exact
import JSON

/// Decodes `accounts.json`.
struct AccountsDecoder {
    let findings: Findings
    /// The machine keys of each persona, by slug.
    let machines: [ExactText: [String]]
    /// All dialects, whose keys an account can have.
    let dialects: [any DialectKeys]
    private let taken = Taken()

    init(findings: Findings, machines: [ExactText: [String]], dialects: [any DialectKeys]) {
        self.findings = findings
        self.machines = machines
        self.dialects = dialects
    }

    /// Decodes the accounts; nil when a mistake was reported.
    func accounts(_ file: FixtureFile) -> AccountDefinitions? {
        guard let value = findings.parse(file), let reader = ObjectReader(value, "the file", findings) else {
            return nil
        }
        let list = reader.array("accounts") ?? reader.missing("accounts")
        let items = list ?? []
        let accounts = items.compactMap { account($0) }
        let defaultName = reader.text("default") ?? accounts.first?.name ?? ""
        if let list, list.isEmpty {
            findings.report("\"accounts\" must list at least one account", at: reader.position(of: "accounts"))
        } else if !taken.names.contains(defaultName), reader.value("default") != nil, accounts.count == items.count {
            // An account without a name may be the one.
            findings.report(
                "\"default\" names no account: \"\(defaultName)\""
                    + Suggestion.text(for: defaultName, among: taken.names.map(\.text)),
                at: reader.position(of: "default"))
        }
        reader.finish()
        return findings.diagnostics.isEmpty ? AccountDefinitions(defaultName: defaultName, accounts: accounts) : nil
    }

    /// The names, keys and ids that must be unique among all accounts.
    private final class Taken {
        var names: Set<ExactText> = []
        var keys: Texts = [:]
        var users: Set<UserID> = []
        var tokens: Set<ExactText> = []
    }

    private func account(_ value: JSONValue) -> AccountDefinition? {
        guard let reader = ObjectReader(value, "an account", findings) else { return nil }
        defer { reader.finish() }
        let directives = reader.bool("directives") ?? false
        let seed = reader.integer("seed", in: Int.min...Int.max)
        let limits = limits(reader)
        let name = reader.requiredText("name")
        let keys = keys(reader, of: name ?? "")
        let compat = reader.object("compat", "compat")
        let reading = AccountReading(reader, compat: compat, self, name: name ?? "")
        for dialect in dialects { dialect.read(reading) }
        compat?.finish()
        let users = (reader.array("users") ?? []).compactMap { user($0) }
        guard let name else { return nil }
        if !taken.names.insert(name) {
            findings.report("the account \"\(name)\" stands twice", at: reader.position(of: "name"))
        }
        return AccountDefinition(
            name: name, keys: keys, directives: directives, seed: seed, limits: limits, users: users,
            bindings: reading.bindings, settings: reading.settings)
    }

    private func user(_ value: JSONValue) -> UserDefinition? {
        guard let reader = ObjectReader(value, "a user", findings) else { return nil }
        defer { reader.finish() }
        let id: UserID? = PersonaDecoder.identifier(of: reader) ?? reader.missing("id")
        let email = reader.text("email") ?? ""
        let displayName = reader.text("display_name") ?? email
        let token = reader.text("token")
        if let token, !AccountsDecoder.isToken(token) {
            findings.report(
                "\"token\" of a user must be 1 to 1000 visible ASCII characters without spaces",
                at: reader.position(of: "token"))
        }
        if let token, !taken.tokens.insert(token) {
            findings.report("this token is already a user's", at: reader.position(of: "token"))
        }
        guard let id else { return nil }
        if !taken.users.insert(id).inserted {
            findings.report("the user \(id) stands twice", at: reader.position(of: "id"))
        }
        return UserDefinition(id: id, email: email, displayName: displayName, token: token)
    }

    private static func isToken(_ text: String) -> Bool {
        (1...1000).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private func keys(_ reader: ObjectReader, of name: String) -> [String] {
        var keys: [String] = []
        for item in reader.array("keys") ?? reader.missing("keys") ?? [] {
            let key = item.string ?? ""
            claim(key, at: item.offset, for: name)
            keys.append(key)
        }
        return keys
    }

    /// Checks that a key is unique among keys of all kinds, because each opens one account.
    func claim(_ key: String, at offset: Int, for account: String) {
        guard AccountsDecoder.isKey(key) else {
            return findings.report("a key must be a text of 1 to 200 letters, digits, _ and -", at: offset)
        }
        if let owner = taken.keys.updateValue(account, forKey: ExactText(key)) {
            findings.report("this key is already one of \"\(owner)\"", at: offset)
        }
    }

    /// Keys are written in headers and logs, so only plain characters are allowed.
    private static func isKey(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && text.utf8.allSatisfy(\.isNameByte)
    }

    private func limits(_ reader: ObjectReader) -> LimitsDefinition {
        guard let value = reader.value("limits") else { return .server }
        if case .null = value.kind { return .lifted }
        guard let limits = ObjectReader(value, "limits", findings) else { return .server }
        defer { limits.finish() }
        return .perMinute(RateLimits(limits))
    }
}

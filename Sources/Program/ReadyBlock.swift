import Dialogue
import Fixtures

/// The text that the server prints when it is ready, with everything that a first call needs.
struct ReadyBlock {
    let url: String
    let accounts: AccountDefinitions
    let personas: [Persona]
    let fixtures: FixtureSource
    let database: String
    /// Where the metrics are served without a token; nil: nowhere.
    let metrics: String?

    var text: Painted {
        let personas = personas.filter(\.isPublished).map { "\($0.id)  \($0.name.shownInLine)" }
        let rows = [
            ("base URL", [url]), ("API key", ["\(key)  (or any pk_test_<name>: an account of its own)"]),
            ("fixtures", [fixtures.description.shownInLine]), ("database", [database.shownInLine]),
            ("metrics", metrics.map { [$0] } ?? []), ("personas", personas),
            ("try", ["curl -H 'X-API-Key: \(key)' \(url)/api/v1/sdk/personas"]),
        ]
        let lines = rows.flatMap { name, values in
            values.enumerated().map { index, value -> Painted in
                let label = index == 0 ? name : ""
                return "  \(label, .place)\(String(repeating: " ", count: 10 - label.count))\(value)"
            }
        }
        return (["\("foilmock \(App.version) is ready", .heading)"] + lines).joined(separator: "\n")
    }

    /// A key that works and can be printed: the demo's key, else a test key, which is not a secret.
    var key: String {
        let keys = accounts.defaultAccount.keys
        if accounts == .demo, let key = keys.first { return key }
        return keys.first { $0.hasPrefix("pk_test_") } ?? "pk_test_hello"
    }
}

import Fixtures
import JSON

/// A word after `+` in an open test key, `pk_test_cart+slow`: the account of that key starts with the word's faults, or
/// cannot pay. A client can be tested against them without a control call, because each key is an account of its own.
enum MagicWord: String, CaseIterable {
    case ratelimited, expired, slow, flaky
    /// Whatever is paid for is refused.
    case broke
    /// The account's plan is paused, for dialects that know plans.
    case paused

    /// The word's faults, as JSON of the control API.
    private var schedule: String {
        switch self {
        case .ratelimited: #"[{"kind": "rate_limited", "retry_after_seconds": 1, "from": 2, "every": 2}]"#
        case .expired: #"[{"kind": "status", "status": 401, "message": "API key has expired"}]"#
        case .slow: #"[{"kind": "delay", "seconds": 2}]"#
        case .flaky:
            #"[{"kind": "status", "status": 503, "from": 2, "every": 4}, {"kind": "reset", "from": 3, "every": 4}]"#
        case .broke, .paused: "[]"
        }
    }

    var faults: [Fault] {
        guard let list = (try? JSONReader.read(Array(schedule.utf8)))?.array else { return [] }
        return list.compactMap { value in
            ObjectReader(value, "a fault", Findings(document: value)).flatMap {
                Fault($0, source: value, routes: [])
            }
        }
    }

    /// Splits a key into its bare part and its words; nil when a word is unknown or repeated.
    static func split(_ key: Substring) -> (bare: Substring, words: [MagicWord])? {
        let parts = key.split(separator: "+", omittingEmptySubsequences: false)
        let words = parts.dropFirst().compactMap { MagicWord(rawValue: String($0)) }
        guard let bare = parts.first, words.count == parts.count - 1, Set(words).count == words.count else {
            return nil
        }
        return (bare, words)
    }

    /// The faults with which the account of that name starts.
    static func faults(of name: String) -> [Fault] { words(of: name).flatMap(\.faults) }

    /// The words in the name of an account.
    static func words(of name: String) -> [MagicWord] {
        guard name.utf8.contains(UInt8(ascii: "+")) else { return [] }
        return split(Substring(name))?.words ?? []
    }

    /// The hint in the error for an unknown word.
    static var remedy: String {
        "after + in a test key stands one of \(allCases.map(\.rawValue).joined(separator: ", ")), each once at most"
    }
}

import Fixtures
import JSON

/// A word after `+` in an open test key, `pk_test_cart+slow`: the account of that key begins with the word's faults. So a
/// client can be tried against them without another call, and each key is an account of its own.
enum MagicWord: String, CaseIterable {
    case ratelimited, expired, slow, flaky

    /// What it stands for, as faults are told.
    private var schedule: String {
        switch self {
        case .ratelimited: #"[{"kind": "rate_limited", "retry_after_seconds": 1, "from": 2, "every": 2}]"#
        case .expired: #"[{"kind": "status", "status": 401, "message": "API key has expired"}]"#
        case .slow: #"[{"kind": "delay", "seconds": 2}]"#
        case .flaky:
            #"[{"kind": "status", "status": 503, "from": 2, "every": 4}, {"kind": "reset", "from": 3, "every": 4}]"#
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

    /// The key without its words, and these; nil when one is not known or stands twice.
    static func split(_ key: Substring) -> (bare: Substring, words: [MagicWord])? {
        let parts = key.split(separator: "+", omittingEmptySubsequences: false)
        let words = parts.dropFirst().compactMap { MagicWord(rawValue: String($0)) }
        guard let bare = parts.first, words.count == parts.count - 1, Set(words).count == words.count else {
            return nil
        }
        return (bare, words)
    }

    /// The faults with which the account of that name begins.
    static func faults(of name: String) -> [Fault] {
        guard name.utf8.contains(UInt8(ascii: "+")) else { return [] }
        return split(Substring(name))?.words.flatMap(\.faults) ?? []
    }

    /// For who has written another.
    static var remedy: String {
        "after + in a test key stands one of \(allCases.map(\.rawValue).joined(separator: ", ")), each once at most"
    }
}

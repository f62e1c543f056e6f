import Exact
import Glibc

/// Environment variables, in the system's order, and what the program is built with.
package struct Environment: ExpressibleByDictionaryLiteral {
    let entries: [SystemText]
    /// Opens databases of database servers; nil: the program knows files of SQLite alone.
    package var databaseServers: DatabaseServers?
    /// The values of the variables that have ASCII names; of two with one name, the last.
    private let values: [ExactText: SystemText]

    init(_ entries: [SystemText]) {
        self.entries = entries
        values = Dictionary(
            entries.compactMap(\.pair).compactMap { name, value in
                guard name.bytes.allSatisfy({ $0 < 0x80 }), let name = name.text else { return nil }
                return (ExactText(name), value)
            }, uniquingKeysWith: { $1 })
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { SystemText("\($0)=\($1)") })
    }

    /// The environment of this process.
    static var own: Environment {
        var entries: [SystemText] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(SystemText(entry))
            next += 1
        }
        return Environment(entries)
    }

    /// The names that are ASCII, sorted.
    var names: [String] { values.keys.map(\.text).sorted() }

    /// The value; nil when the variable is not set.
    func value(of name: String) -> SystemText? { values[name] }

    /// The value; nil when the variable is not set, or not UTF-8.
    subscript(name: String) -> String? { values[name]?.text }

    /// The value of a setting's variable; nil when it is not set. An empty one is not set either: files for containers
    /// and jobs often set every variable, those without a value too.
    func setting(_ name: String) throws(AppError) -> String? {
        guard let value = values[name], !value.bytes.isEmpty else { return nil }
        guard let text = value.text else { throw .usage("\(name) must be UTF-8, and its value is not") }
        return text
    }

    /// The environment with `variables` added, or in the place of those of the same names.
    func setting(_ variables: [String: SystemText]) -> Environment {
        let names = Set(variables.keys.map { SystemText($0) })
        let kept = entries.filter { entry in entry.pair.map { !names.contains($0.name) } ?? true }
        let added = variables.sorted { ExactText($0.key) < ExactText($1.key) }
        return Environment(kept + added.map { SystemText(bytes: Array("\($0)=".utf8) + $1.bytes) })
    }
}

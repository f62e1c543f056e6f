import Exact
import Fixtures

/// Variables that begin like settings and are none: a mistyped one has no effect.
enum UnknownVariables {
    /// What this program and its pytest plugin set and read beside the settings.
    private static let others = ["FOILMOCK_CONTROL_URL", "FOILMOCK_EXEC_FIXTURES", "FOILMOCK_PROGRAM"]

    /// The most variables that are warned of.
    private static let limit = 10

    /// A line for each. Values are not shown, because a mistyped name can hold a secret.
    static func warnings(_ environment: Environment) -> [String] {
        let settings = Configuration.variables
        let known = Set(exact: settings + others)
        let unknown = environment.names.filter { name in
            name.begins(with: "FOILMOCK_") && !known.contains(name) && !ServiceLink.isOne(name, environment[name])
        }
        return unknown.prefix(limit).map {
            "\($0) is not read: there is no such setting\(Suggestion.text(for: $0, among: settings))"
        }
    }
}

import Embedded
import Fixtures

/// `foilmock schema`: the JSON Schemas of the fixture files, for editors.
enum Schema: String, CaseIterable {
    case persona, machine, accounts

    init(_ arguments: ArraySlice<String>) throws(AppError) {
        guard arguments.count == 1, let schema = arguments.first.flatMap(Schema.init) else {
            let words = Schema.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("'foilmock schema' takes one of \(words)")
        }
        self = schema
    }

    var file: FixtureFile {
        switch self {
        case .persona: FixtureFile(embedded_persona_schema())
        case .machine: FixtureFile(embedded_machine_schema())
        case .accounts: FixtureFile(embedded_accounts_schema())
        }
    }
}

@testable import Program

func command(_ arguments: [SystemText], environment: Environment = [:]) throws(AppError) -> any Command {
    try Invocation(arguments).read(environment)
}

func command(_ arguments: [String], environment: Environment = [:]) throws(AppError) -> any Command {
    try command(arguments.map { SystemText($0) }, environment: environment)
}

/// Reads the arguments behind the command's name.
func read<Wanted: Command>(
    _: Wanted.Type, _ arguments: [String], environment: Environment = [:]
) throws(AppError) -> Wanted {
    try command([Wanted.description.name] + arguments, environment: environment) as! Wanted
}

func isEqual(_ one: any Command, _ other: any Command) -> Bool {
    func compare<Kind: Command>(_ one: Kind) -> Bool { one == other as? Kind }
    return compare(one)
}

extension Flags: ExpressibleByArrayLiteral {
    init(_ arguments: [String]) throws(AppError) {
        self.init(try CommandInput(Serve.description, arguments.map { SystemText($0) }))
    }

    public init(arrayLiteral elements: Never...) { self.init() }
}

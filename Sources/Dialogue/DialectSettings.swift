/// What dialects have read from an account, a key, a persona or a machine of the fixtures: one value of each type, which
/// only its dialect knows.
public struct DialectSettings: Equatable, Sendable {
    private var values: [ObjectIdentifier: any Equatable & Sendable] = [:]

    public init() {}

    public subscript<Value: Equatable & Sendable>(_ type: Value.Type) -> Value? {
        get { values[ObjectIdentifier(type)] as? Value }
        set { values[ObjectIdentifier(type)] = newValue }
    }

    public static func == (one: DialectSettings, other: DialectSettings) -> Bool {
        one.values.count == other.values.count
            && one.values.allSatisfy { type, value in isEqual(value, other.values[type]) }
    }

    private static func isEqual<Value: Equatable>(_ value: Value, _ other: (any Equatable)?) -> Bool {
        value == other as? Value
    }
}

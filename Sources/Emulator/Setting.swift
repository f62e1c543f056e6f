/// One setting of the server, as part of the value `Root` that holds the settings. Its name is the key in the
/// configuration file; its flag and its variable derive from it. A dialect lists its own.
public struct Setting<Root> {
    public let name: String
    /// The placeholder of a value in `--help`; empty for a switch. Words in lower case, as in `text|json`, are values;
    /// `FILE` and `DIR` are completed as paths.
    public let placeholder: String
    /// The description of valid values in errors.
    public let takes: String
    public let help: String
    /// Whether values are never shown, not even invalid ones, which can be nearly right.
    public let isSecret: Bool
    /// Applies a value; returns false when the text is invalid.
    public let apply: (inout Root, String) -> Bool
    /// The value as a text for `apply`. A journal keeps it, because answers depend on it. Nil for a setting on which no
    /// answer depends, and for a value that is the default and has no text.
    public let recorded: (Root) -> String?

    public init(
        name: String, placeholder: String, takes: String, help: String, isSecret: Bool = false,
        recorded: @escaping (Root) -> String? = { _ in nil }, apply: @escaping (inout Root, String) -> Bool
    ) {
        (self.name, self.placeholder, self.takes, self.help) = (name, placeholder, takes, help)
        (self.isSecret, self.recorded, self.apply) = (isSecret, recorded, apply)
    }

    /// Whether the flag has no value.
    public var isSwitch: Bool { placeholder.isEmpty }
    public var flag: String { "--" + name.map { $0 == "_" ? "-" : String($0) }.joined() }
    public var variable: String { "FOILMOCK_" + name.uppercased() }

    /// The same setting of a value that contains this one.
    public func at<Whole>(_ path: WritableKeyPath<Whole, Root>) -> Setting<Whole> {
        Setting<Whole>(
            name: name, placeholder: placeholder, takes: takes, help: help, isSecret: isSecret,
            recorded: { recorded($0[keyPath: path]) }, apply: { apply(&$0[keyPath: path], $1) })
    }
}

/// The usual kinds.
extension Setting {
    /// - Parameter isRecorded: whether answers depend on it.
    public static func number(
        _ name: String, _ path: WritableKeyPath<Root, Int>, _ range: ClosedRange<Int>, isRecorded: Bool = false,
        _ help: String
    ) -> Setting {
        let bounds = range == Int.min...Int.max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
        return Setting(
            name: name, placeholder: "N", takes: "a whole number\(bounds)", help: help,
            recorded: { isRecorded ? String($0[keyPath: path]) : nil }
        ) {
            guard let number = Int($1), range.contains(number) else { return false }
            $0[keyPath: path] = number
            return true
        }
    }

    /// - Parameter isRecorded: whether answers depend on it.
    public static func toggle(
        _ name: String, _ path: WritableKeyPath<Root, Bool>, isRecorded: Bool = false, _ help: String
    ) -> Setting {
        Setting(
            name: name, placeholder: "", takes: "true or false", help: help,
            recorded: { isRecorded ? String($0[keyPath: path]) : nil }
        ) {
            switch $1 {
            case "true", "1": $0[keyPath: path] = true
            case "false", "0": $0[keyPath: path] = false
            default: return false
            }
            return true
        }
    }

    /// - Parameter isRecorded: whether answers depend on it.
    public static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ path: WritableKeyPath<Root, Choice>, isRecorded: Bool = false, _ help: String
    ) -> Setting where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        return Setting(
            name: name, placeholder: words.joined(separator: "|"), takes: "one of " + words.joined(separator: ", "),
            help: help, recorded: { isRecorded ? $0[keyPath: path].rawValue : nil }
        ) {
            guard let choice = Choice(rawValue: $1) else { return false }
            $0[keyPath: path] = choice
            return true
        }
    }

    /// Any text that is not empty, as a path.
    public static func text(
        _ name: String, _ path: WritableKeyPath<Root, String?>, placeholder: String, takes: String,
        isSecret: Bool = false, _ help: String
    ) -> Setting {
        Setting(name: name, placeholder: placeholder, takes: takes, help: help, isSecret: isSecret) {
            $0[keyPath: path] = $1
            return !$1.isEmpty
        }
    }

    /// A time such as `10s`, `500ms` or `2m`.
    public static func duration(
        _ name: String, _ path: WritableKeyPath<Root, Duration>, _ help: String
    ) -> Setting {
        Setting(name: name, placeholder: "T", takes: "a time such as 500ms, 10s or 2m", help: help) {
            guard let duration = Duration(setting: $1) else { return false }
            $0[keyPath: path] = duration
            return true
        }
    }
}

extension Duration {
    /// Reads a whole number of at most six digits with its unit; nil for anything else.
    init?(setting text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 6, let number = Int(digits) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        default: return nil
        }
    }
}

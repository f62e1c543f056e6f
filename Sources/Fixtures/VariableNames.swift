import Exact

/// The names of the variables that lines and conditions of a persona can use.
struct VariableNames {
    private let names: Set<ExactText>
    /// Whether all are known. If not, a name counts as unknown only if it is nearly a known one.
    private let isWhole: Bool

    init(_ names: Set<ExactText> = [], isWhole: Bool = true) { (self.names, self.isWhole) = (names, isWhole) }

    func contains(_ name: String) -> Bool { names.contains(name) }

    /// Whether it is certainly the name of no variable.
    func lacks(_ name: String) -> Bool {
        !names.contains(name) && (isWhole || Suggestion.nearest(to: name, among: names.map(\.text)) != nil)
    }

    func suggestion(for name: String) -> String { Suggestion.text(for: name, among: names.map(\.text)) }
}

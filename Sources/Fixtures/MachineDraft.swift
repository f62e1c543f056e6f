import Dialogue
import JSON

/// A machine that was read but not decoded yet; its keys and variables can be read for decoding other machines.
struct MachineDraft {
    let name: String
    let findings: Findings
    let source: Machine.Source
    private let value: JSONValue?

    init(_ file: FixtureFile) {
        name = FixturePath.fileName(file.path)
        findings = Findings(file)
        source = .file(file.path)
        value = findings.parse(file)
    }

    /// Makes the draft of a document's machine with a `machine_key`, and its index among the machines.
    init(_ value: JSONValue, name: String, place: Int, findings: Findings) {
        self.name = name
        self.findings = findings
        source = .document(machine: place)
        self.value = value
    }

    /// The variables that it sets when it is completed.
    var leaves: [String] {
        let outputs = value?["output_variables"]?.array ?? []
        return MachineDraft.results(of: name) + outputs.compactMap { $0["key"]?.string }
    }

    /// The variables that every machine of that name sets.
    static func results(of name: String) -> [String] { ["outcome.\(name)", "score.\(name)"] }

    /// Whether the names of all these variables could be read.
    var leavesAll: Bool {
        guard let members = value?.members else { return false }
        guard let outputs = value?["output_variables"] else {
            return !members.contains { Suggestion.nearest(to: $0.key, among: ["output_variables"]) != nil }
        }
        return outputs.array?.allSatisfy { $0["key"]?.string != nil } ?? false
    }

    /// Decodes the machine; nil when a mistake was reported in `findings`.
    func machine(
        slug: String, _ surroundings: Surroundings, identify: @escaping (String) -> MachineID
    ) -> Machine? {
        guard let value else { return nil }
        var surroundings = surroundings
        surroundings.captures = Captures(of: value, findings)
        if let pick = value["pick"]?.string.flatMap(Pick.init) { surroundings.pick = pick }
        let decoder = MachineDecoder(findings: findings, surroundings: surroundings, identify: identify, source: source)
        return decoder.machine(value, slug: slug, fileName: name)
    }
}

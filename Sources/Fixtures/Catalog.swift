public import Dialogue
import Exact

/// All personas and accounts of a fixture folder, checked as a whole.
public struct Catalog: Sendable {
    /// By `display_order`, then slug.
    public let personas: [Persona]
    /// What each persona was decoded from.
    public let documents: [PersonaID: PersonaDocument]
    public let accounts: AccountDefinitions
    /// The dialects whose keys its files can have.
    public let dialects: [any DialectKeys]
    /// Warnings, ordered by place.
    public let warnings: [Diagnostic]

    private let index: [PersonaID: Persona]

    public init(
        personas: [Persona], documents: [PersonaID: PersonaDocument] = [:], accounts: AccountDefinitions = .demo,
        dialects: [any DialectKeys] = [], warnings: [Diagnostic] = []
    ) {
        self.documents = documents
        self.warnings = warnings
        self.personas = personas.sorted {
            ($0.displayOrder, ExactText($0.slug)) < ($1.displayOrder, ExactText($1.slug))
        }
        self.accounts = accounts
        self.dialects = dialects
        index = Dictionary(personas.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func persona(_ id: PersonaID) -> Persona? { index[id] }

    /// All mistakes in a folder, ordered by place; never empty.
    public struct Refusal: Error, Sendable {
        public let diagnostics: [Diagnostic]
        /// The warnings, ordered by place.
        public let warnings: [Diagnostic]
    }

    /// Decodes and checks a folder's files. `identify` makes the sixteen bytes of an id from `slug` or
    /// `slug/machine_key`, for personas and machines without an `id`.
    /// - Parameter dialects: the dialects whose keys the files can have.
    public static func load(
        _ files: [FixtureFile], dialects: [any DialectKeys], identify: @escaping (String) -> [UInt8],
        willRead: (_ persona: Int, _ count: Int) -> Void = { _, _ in }
    ) throws(Refusal) -> Catalog {
        let sorted = SortedFiles(files)
        if let elsewhere = sorted.elsewhere { throw Refusal(diagnostics: [elsewhere], warnings: []) }
        var diagnostics = sorted.misplaced
        var warnings = sorted.misnamed
        var personas: [(persona: Persona, file: String)] = []
        var documents: [PersonaID: PersonaDocument] = [:]
        var machineKeys: [ExactText: [String]] = [:]
        let slugs = sorted.slugs
        for (place, slug) in slugs.enumerated() {
            willRead(place + 1, slugs.count)
            guard let file = sorted.personas[slug] else {
                machineKeys[slug] = sorted.machines[slug]?.map { FixturePath.fileName($0.path) }
                let first = sorted.machines[slug]?.first?.path ?? slug
                diagnostics.append(
                    Diagnostic(file: first, message: "there is no personas/\(slug)/persona.json beside it"))
                continue
            }
            let machines = sorted.machines[slug] ?? []
            let decoded = PersonaDecoder(
                slug: slug, findings: Findings(file), dialects: dialects, identify: identify
            ).decode(file, machines: machines, media: sorted.media[slug] ?? [])
            // Its machines may be in a folder whose name is misspelt.
            let isElsewhere = sorted.misplaced.contains { $0.file.begins(with: "personas/\(slug)/") }
            diagnostics += decoded.diagnostics.filter { !isElsewhere || $0.message !== PersonaDecoder.noMachine }
            warnings += decoded.warnings
            machineKeys[slug] = decoded.machineKeys
            guard let persona = decoded.persona else { continue }
            personas.append((persona, file.path))
            documents[persona.id] = PersonaDocument(file, machines: machines)
        }
        var accounts: AccountDefinitions? = .demo
        if let file = sorted.accounts {
            let findings = Findings(file)
            accounts = AccountsDecoder(findings: findings, machines: machineKeys, dialects: dialects).accounts(file)
            diagnostics += findings.diagnostics
        }
        diagnostics += duplicates(personas)
        if let accounts { diagnostics += strangers(personas, accounts) }
        if diagnostics.isEmpty, personas.isEmpty {
            diagnostics.append(
                Diagnostic(file: "personas", message: SortedFiles.noPersona))
        }
        guard diagnostics.isEmpty, let accounts else {
            throw Refusal(diagnostics: diagnostics.sorted(), warnings: warnings.sorted())
        }
        return Catalog(
            personas: personas.map(\.persona), documents: documents, accounts: accounts, dialects: dialects,
            warnings: warnings.sorted())
    }

    private static func duplicates(_ personas: [(persona: Persona, file: String)]) -> [Diagnostic] {
        var owners: [PersonaID: String] = [:]
        var machineOwners: [MachineID: String] = [:]
        var found: [Diagnostic] = []
        for (persona, file) in personas {
            if let other = owners.updateValue(file, forKey: persona.id) {
                found.append(Diagnostic(file: file, message: "the id \(persona.id) is also that of \(other)"))
            }
            for machine in persona.machines {
                let place = "\(file) machine \"\(machine.key)\""
                if let other = machineOwners.updateValue(place, forKey: machine.id) {
                    found.append(
                        Diagnostic(
                            file: file,
                            message:
                                "the machine \"\(machine.key)\" has the id \(machine.id), which is also that of \(other)"
                        ))
                }
            }
        }
        return found
    }

    private static func strangers(
        _ personas: [(persona: Persona, file: String)], _ accounts: AccountDefinitions
    ) -> [Diagnostic] {
        let names = accounts.accounts.map(\.name)
        return personas.compactMap { persona, file in
            guard case .account(let owner) = persona.owner, !names.contains(where: { $0 === owner }) else { return nil }
            return Diagnostic(
                file: file,
                message: "\"owner\" names no account: \"\(owner)\"" + Suggestion.text(for: owner, among: names))
        }
    }
}

/// A folder's files by kind.
private struct SortedFiles {
    var accounts: FixtureFile?
    var personas: [ExactText: FixtureFile] = [:]
    var machines: [ExactText: [FixtureFile]] = [:]
    var media: [ExactText: Set<ExactText>] = [:]
    var misplaced: [Diagnostic] = []
    /// Warnings about files that are not read, because their names end otherwise than those of fixtures.
    var misnamed: [Diagnostic] = []

    static let noPersona = "there is no persona: personas/<slug>/persona.json"

    init(_ files: [FixtureFile]) {
        for file in files {
            switch FixturePath(file.path) {
            case .accounts: accounts = file
            case .persona(let slug): personas[slug] = file
            case .machine(let slug): machines[slug, default: []].append(file)
            case .media(let slug, let path): media[slug, default: []].insert(ExactText(path))
            case .story: break
            case .other:
                guard FixturePath.isMisnamed(file.path) else { break }
                misnamed.append(
                    Diagnostic(
                        .warning, file: file.path,
                        message: "nothing reads this file: the name of a fixture ends with .json, in small letters"))
            case .misplaced:
                misplaced.append(
                    Diagnostic(
                        file: file.path,
                        message: "nothing reads this file: fixtures are accounts.json, personas/<slug>/persona.json "
                            + "and personas/<slug>/machines/<machine_key>.json"))
            }
        }
    }

    /// The one mistake when this is another folder than the one that was meant.
    var elsewhere: Diagnostic? {
        guard accounts == nil, slugs.isEmpty, let hint = OtherFolder.hint(from: misplaced.map(\.file)) else {
            return nil
        }
        return Diagnostic(file: "personas", message: SortedFiles.noPersona + hint)
    }

    var slugs: [String] { Set(personas.keys).union(machines.keys).sorted().map(\.text) }
}

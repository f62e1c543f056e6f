public import Dialogue
import Exact
public import Fixtures
import HTTP
import JSON
import Store

/// All personas: those of the fixtures, and those that accounts made or changed. A persona that an account made is
/// served to that account alone; an account's change of its own fixture is served to everyone.
public final class Roster: BatchMember {
    /// A persona and the document it was decoded from.
    public struct Entry: Sendable {
        public let persona: Persona
        public let document: PersonaDocument

        /// The whole persona as JSON, in a form that can be saved again.
        public var full: [UInt8] { document.full(of: persona).bytes }
    }

    public internal(set) var catalog: Catalog { didSet { versions.removeAll() } }
    let accounts: Accounts
    let store: any Store
    private(set) var made: [SandboxID: [PersonaID: PersonaOverride]] = [:]
    /// A number for each sandbox, which changes with its personas and with the fixtures.
    private var versions: [SandboxID: Int] = [:]
    private var lastVersion = 0
    private let warn: (String) -> Void
    /// The rows before each change since the last `keepBatch`.
    private var changedInBatch: [(sandbox: SandboxID, persona: PersonaID, before: PersonaOverride?)] = []

    /// Decodes the records of the store. A record that cannot be decoded is logged, left in the store, and not served.
    init(
        _ catalog: Catalog, _ accounts: Accounts, store: any Store, warn: @escaping (String) -> Void
    ) throws(StoreError) {
        self.catalog = catalog
        self.accounts = accounts
        self.store = store
        self.warn = warn
        try readAgain()
    }

    /// Reads all records of the store, and decodes them.
    func readAgain() throws(StoreError) {
        made.removeAll()
        versions.removeAll()
        let known = Dictionary(try store.accounts().map { ($0.sandbox, $0) }, uniquingKeysWith: { first, _ in first })
        let owners = Owners(accounts)
        for record in try store.personas() {
            guard let account = known[record.sandbox] else { continue }
            let row: PersonaOverride
            do throws(PersonaDocument.Refusal) {
                row = try RowDecoder(self, owners, sandbox: account.name).row(record)
            } catch {
                warn(
                    "persona \(record.persona) of the account \"\(account.name)\" is not served; save it again or "
                        + "delete it: \(error.message)")
                row = PersonaOverride(
                    number: record.number, slug: record.document.flatMap(SandboxPersona.init)?.label.slug, entry: nil,
                    isDeleted: false)
            }
            made[record.sandbox, default: [:]][record.persona] = row
        }
    }

    // MARK: Batches

    /// Whether the batch has changed personas.
    var hasChanged: Bool { !changedInBatch.isEmpty }

    /// Forgets a sandbox that another server has removed.
    func forget(_ sandbox: SandboxID) { (made[sandbox], versions[sandbox]) = (nil, nil) }

    /// A number that is another one after each change of the sandbox's personas, or of the fixtures.
    func version(of sandbox: SandboxID) -> Int {
        if let version = versions[sandbox] { return version }
        lastVersion += 1
        versions[sandbox] = lastVersion
        return lastVersion
    }

    func keepBatch() {
        changedInBatch.removeAll()
        for sandbox in accounts.evicted { (made[sandbox.id], versions[sandbox.id]) = (nil, nil) }
    }

    func dropBatch() {
        for change in changedInBatch.reversed() {
            versions[change.sandbox] = nil
            made[change.sandbox, default: [:]][change.persona] = change.before
        }
        changedInBatch.removeAll()
    }

    /// Keeps a row, and replaces the one that the sandbox has for that persona; nil removes it.
    func set(_ row: PersonaOverride?, _ text: String?, _ id: PersonaID, in sandbox: SandboxID) throws(Failure) {
        do {
            if let row {
                try store.save(PersonaRecord(sandbox: sandbox, persona: id, number: row.number, document: text))
            } else {
                try store.removePersona(id, of: sandbox)
            }
        } catch {
            throw Failure(error)
        }
        versions[sandbox] = nil
        changedInBatch.append((sandbox, id, made[sandbox]?[id]))
        made[sandbox, default: [:]][id] = row
    }
}

// MARK: - Finding personas

extension Roster {
    public func persona(_ id: PersonaID, for account: Account) -> Persona? {
        guard let made = made(id, for: account) else { return catalog.persona(id) }
        return made.entry?.persona
    }

    /// The persona with the document it was decoded from.
    public func entry(_ id: PersonaID, for account: Account) -> Entry? {
        if let made = made(id, for: account) { return made.entry }
        guard let persona = catalog.persona(id), let document = catalog.documents[id] else { return nil }
        return Entry(persona: persona, document: document)
    }

    /// All personas that an account can see, by `display_order`; of equal ones, first those of the fixtures, then those
    /// that it made.
    public func personas(for account: Account) -> [Persona] {
        guard !made.isEmpty else { return catalog.personas }
        let fixtures = catalog.personas.compactMap { persona($0.id, for: account) }
        let own = (made[account.sandbox.id] ?? [:]).values.filter { made in
            made.entry.map { catalog.persona($0.persona.id) == nil } ?? false
        }.sorted { ($0.number ?? 0, ExactText($0.slug ?? "")) < ($1.number ?? 0, ExactText($1.slug ?? "")) }.compactMap(
            \.entry?.persona)
        return (fixtures + own).enumerated().sorted {
            ($0.element.displayOrder, $0.offset) < ($1.element.displayOrder, $1.offset)
        }.map(\.element)
    }

    private func made(_ id: PersonaID, for account: Account) -> PersonaOverride? {
        if made.isEmpty { return nil }
        if let own = made[account.sandbox.id]?[id] { return own }
        guard case .account(let name) = catalog.persona(id)?.owner, let owner = accounts.account(named: name) else {
            return nil
        }
        return made[owner.sandbox.id]?[id].flatMap { $0.slug == nil ? $0 : nil }
    }
}

// MARK: - Changing them

extension Roster {
    /// Whether an account can change a persona.
    public enum Ownership {
        case unknown
        case own
        /// A persona of another account or of everyone.
        case foreign(Persona)
    }

    public func ownership(of id: PersonaID, for account: Account) -> Ownership {
        if let own = made[account.sandbox.id]?[id], own.slug == nil { return own.isDeleted ? .unknown : .own }
        guard let persona = persona(id, for: account) else { return .unknown }
        return account.isOwner(of: persona) ? .own : .foreign(persona)
    }

    /// Removes everything that the account made or changed. The calling code clears the store.
    func clear(_ sandbox: SandboxID) {
        guard let own = made[sandbox] else { return }
        for (id, made) in own { changedInBatch.append((sandbox, id, made)) }
        versions[sandbox] = nil
        made[sandbox] = nil
    }

    /// Deletes a persona of the account's own for good, with every player's sessions and progress on it.
    public func delete(_ id: PersonaID, of account: Account) throws(Failure) {
        let number = made[account.sandbox.id]?[id]?.number
        try set(
            PersonaOverride(number: number, slug: nil, entry: nil, isDeleted: true), nil, id, in: account.sandbox.id)
        do {
            try store.removeAll(on: id)
        } catch {
            throw Failure(error)
        }
    }
}

/// A decoded record of the store: a persona that an account made, or that replaces or hides one of the fixtures.
struct PersonaOverride: Sendable {
    let number: Int?
    /// The slug under which it was put into its sandbox, where alone it is served; nil: an account made it.
    let slug: String?
    /// Nil when the persona is deleted or cannot be decoded.
    let entry: Roster.Entry?
    let isDeleted: Bool
}

/// Personas that were put into one sandbox and are served there alone. They replace a fixture whatever its owner.
extension Roster {
    /// Whether the persona was made in the account's sandbox or put there.
    public func isOwn(_ id: PersonaID, of account: Account) -> Bool {
        made[account.sandbox.id]?[id]?.entry != nil
    }

    /// - Throws: a 404 when no persona of the sandbox has that slug.
    public func entry(slug: String, for account: Account) throws(Failure) -> Entry {
        guard let persona = persona(slug: slug, for: account), let entry = entry(persona.id, for: account) else {
            let slugs = personas(for: account).map(\.slug)
            throw Failure(
                .notFound,
                "There is no persona \"\(slug)\" in the sandbox \"\(account.sandbox.name)\""
                    + Suggestion.text(for: slug, among: slugs))
        }
        return entry
    }

    /// Removes the sandbox's own persona with that slug; a fixture that it replaced is served again.
    /// - Throws: a 404 when the sandbox has no such persona of its own.
    public func withdraw(slug: String, for account: Account) throws(Failure) {
        let own = made[account.sandbox.id] ?? [:]
        let found = own.first { id, row in
            (row.slug ?? row.entry?.persona.slug ?? catalog.persona(id)?.slug ?? id.description) === slug
                && !(row.isDeleted && row.number != nil)
        }
        guard let (id, row) = found else {
            throw Failure(
                .notFound, "The sandbox \"\(account.sandbox.name)\" has no persona \"\(slug)\" of its own")
        }
        // Keep the row of a persona that an account made, so that its number is not used again.
        if row.number != nil { return try delete(id, of: account) }
        try set(nil, nil, id, in: account.sandbox.id)
    }

    func persona(slug: String, for account: Account) -> Persona? {
        personas(for: account).first { $0.slug === slug }
    }
}

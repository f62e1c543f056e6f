public import Dialogue
import Exact
public import Fixtures
import HTTP
import JSON
import Store

/// The personas that there are: those of the fixtures, and what accounts made beside them or have in their place. A made
/// persona is there for its account alone; what an account has in place of a fixture of its own is there for everybody.
public final class Roster: BatchMember {
    /// A persona and what it was decoded from.
    public struct Entry: Sendable {
        public let persona: Persona
        public let document: PersonaDocument

        /// All of it as JSON, as it may be saved again.
        public var full: [UInt8] { document.full(of: persona).bytes }
    }

    public internal(set) var catalog: Catalog { didSet { versions.removeAll() } }
    let accounts: Accounts
    let store: any Store
    private(set) var made: [SandboxID: [PersonaID: PersonaOverride]] = [:]
    /// Of each sandbox another one after each change of its personas, or of the fixtures.
    private var versions: [SandboxID: Int] = [:]
    private var lastVersion = 0
    /// What was there before each change since the last `keepBatch`.
    private var changedInBatch: [(sandbox: SandboxID, persona: PersonaID, before: PersonaOverride?)] = []

    /// Decodes what the store has. A record that is no persona any more is told of, left as it is and not served.
    init(
        _ catalog: Catalog, _ accounts: Accounts, store: any Store, warn: (String) -> Void
    ) throws(StoreError) {
        self.catalog = catalog
        self.accounts = accounts
        self.store = store
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

    func version(of sandbox: SandboxID) -> Int {
        if let version = versions[sandbox] { return version }
        lastVersion += 1
        versions[sandbox] = lastVersion
        return lastVersion
    }

    func keepBatch() {
        for change in changedInBatch { versions[change.sandbox] = nil }
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

    /// Keeps a row, in place of the one that the sandbox has of that persona; nil removes that.
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

// MARK: - Who is there

extension Roster {
    public func persona(_ id: PersonaID, for account: Account) -> Persona? {
        guard let made = made(id, for: account) else { return catalog.persona(id) }
        return made.entry?.persona
    }

    /// The persona with what it was decoded from.
    public func entry(_ id: PersonaID, for account: Account) -> Entry? {
        if let made = made(id, for: account) { return made.entry }
        guard let persona = catalog.persona(id), let document = catalog.documents[id] else { return nil }
        return Entry(persona: persona, document: document)
    }

    /// All that are there for an account, by their `display_order`: those of the fixtures, then those that it made.
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
    /// Whose a persona is, for an account that wants to change it.
    public enum Ownership {
        case unknown
        case own
        /// Of another account, or of everybody.
        case foreign(Persona)
    }

    public func ownership(of id: PersonaID, for account: Account) -> Ownership {
        if let own = made[account.sandbox.id]?[id], own.slug == nil { return own.isDeleted ? .unknown : .own }
        guard let persona = persona(id, for: account) else { return .unknown }
        return account.isOwner(of: persona) ? .own : .foreign(persona)
    }

    /// Has what there was before the account made anything; the store is the caller's to clear.
    func clear(_ sandbox: SandboxID) {
        guard let own = made[sandbox] else { return }
        for (id, made) in own { changedInBatch.append((sandbox, id, made)) }
        versions[sandbox] = nil
        made[sandbox] = nil
    }

    /// Deletes a persona of the account's own for good, with all that anybody has played on it.
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

/// What an account or a sandbox has in place of a persona, or beside those of the fixtures: a record of the store, decoded.
struct PersonaOverride: Sendable {
    let number: Int?
    /// That under which it was put into its sandbox, for which alone it is there; nil: an account made it.
    let slug: String?
    /// Nil when it is deleted, or cannot be decoded.
    let entry: Roster.Entry?
    let isDeleted: Bool
}

/// Personas that are there for one sandbox alone: put there as a fixture's folder would be, whoever owns the fixture in
/// whose place they stand.
extension Roster {
    /// Whether a persona is the sandbox's own, made there or put there.
    public func isOwn(_ id: PersonaID, of account: Account) -> Bool {
        made[account.sandbox.id]?[id]?.entry != nil
    }

    /// - Throws: a 404 where no persona of the sandbox has that slug.
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

    /// Takes the sandbox's own persona of a slug away; a fixture that it hid is there again.
    /// - Throws: a 404 where the sandbox has none of its own.
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
        // The number of what an account made is not given again.
        if row.number != nil { return try delete(id, of: account) }
        try set(nil, nil, id, in: account.sandbox.id)
    }

    func persona(slug: String, for account: Account) -> Persona? {
        personas(for: account).first { $0.slug === slug }
    }
}

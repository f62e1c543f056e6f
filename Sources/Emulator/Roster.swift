public import Dialogue
public import Fixtures
import HTTP
public import JSON
import Store

/// The personas that there are: those of the fixtures, and what accounts made beside them or have in their place. A made
/// persona is there for its account alone; what an account has in place of a fixture of its own is there for everybody.
public final class Roster {
    /// A persona and what it was decoded from.
    public struct Entry {
        public let persona: Persona
        public let document: PersonaDocument

        /// All of it as JSON, as it may be saved again.
        public var full: [UInt8] { document.full(of: persona).bytes }
    }

    /// A record of the store.
    private struct Made {
        let number: Int?
        /// Nil when it is deleted, or cannot be decoded.
        let entry: Entry?
        let isDeleted: Bool
    }

    public internal(set) var catalog: Catalog
    private let accounts: Accounts
    private let store: any Store
    private var made: [SandboxID: [PersonaID: Made]] = [:]
    /// What was there before each change since the last `keepTurn`.
    private var changedThisTurn: [(sandbox: SandboxID, persona: PersonaID, before: Made?)] = []

    /// Decodes what the store has. A record that is no persona any more is told of, left as it is and not served.
    init(
        _ catalog: Catalog, _ accounts: Accounts, store: any Store, warn: (String) -> Void
    ) throws(StoreError) {
        self.catalog = catalog
        self.accounts = accounts
        self.store = store
        let known = Dictionary(try store.accounts().map { ($0.sandbox, $0) }, uniquingKeysWith: { first, _ in first })
        for record in try store.personas() {
            guard let account = known[record.sandbox] else { continue }
            var entry: Entry?
            if let text = record.document {
                do throws(PersonaDocument.Refusal) {
                    entry = try Roster.decode(text, slug: slug(of: record.persona), .made(in: account.name))
                } catch {
                    warn(
                        "persona \(record.persona) of the account \"\(account.name)\" is not served; save it again or "
                            + "delete it: \(error.message)")
                }
            }
            made[record.sandbox, default: [:]][record.persona] = Made(
                number: record.number, entry: entry, isDeleted: record.document == nil)
        }
    }

    private static func decode(
        _ text: String, slug: String, _ owner: Persona.Owner
    ) throws(PersonaDocument.Refusal) -> Entry {
        let decoded = try PersonaDocument.decode(text: text, slug: slug, owner: owner, identify: Identifiers.fixture)
        return Entry(persona: decoded.persona, document: decoded.document)
    }

    /// Machines that state no id have those of the fixture that a persona stands in place of.
    private func slug(of id: PersonaID) -> String { catalog.persona(id)?.slug ?? id.description }

    // MARK: Turns

    /// Keeps what changed since the last call: it is in the store.
    func keepTurn() {
        changedThisTurn.removeAll()
        for sandbox in accounts.evicted { made[sandbox] = nil }
    }

    /// Takes back what changed since the last `keepTurn`: the store has not kept it.
    func dropTurn() {
        for change in changedThisTurn.reversed() {
            made[change.sandbox, default: [:]][change.persona] = change.before
        }
        changedThisTurn.removeAll()
    }

    private func put(_ made: Made, _ text: String?, _ id: PersonaID, of account: Account) throws(Failure) {
        let sandbox = account.sandbox.id
        do {
            try store.save(PersonaRecord(sandbox: sandbox, persona: id, number: made.number, document: text))
        } catch {
            throw Failure(error)
        }
        changedThisTurn.append((sandbox, id, self.made[sandbox]?[id]))
        self.made[sandbox, default: [:]][id] = made
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
        }.sorted { ($0.number ?? 0) < ($1.number ?? 0) }.compactMap(\.entry?.persona)
        return (fixtures + own).enumerated().sorted {
            ($0.element.displayOrder, $0.offset) < ($1.element.displayOrder, $1.offset)
        }.map(\.element)
    }

    private func made(_ id: PersonaID, for account: Account) -> Made? {
        if made.isEmpty { return nil }
        if let own = made[account.sandbox.id]?[id] { return own }
        guard case .account(let name) = catalog.persona(id)?.owner, let owner = accounts.account(named: name) else {
            return nil
        }
        return made[owner.sandbox.id]?[id]
    }
}

// MARK: - Changing them

extension Roster {
    /// Whose a persona is, for an account that wants to change it.
    public enum Standing {
        case unknown
        case own
        /// Of another account, or of everybody.
        case foreign(Persona)
    }

    public func standing(of id: PersonaID, for account: Account) -> Standing {
        if let own = made[account.sandbox.id]?[id] { return own.isDeleted ? .unknown : .own }
        guard let persona = persona(id, for: account) else { return .unknown }
        return account.isOwner(of: persona) ? .own : .foreign(persona)
    }

    /// Makes a persona of what a client sent, or has it in place of one of the account's own.
    /// - Throws: a 400 with the path of the first mistake.
    public func save(
        _ body: JSONValue, over id: PersonaID?, of account: Account, at now: Timestamp
    ) throws(Failure) -> Entry {
        let own = made[account.sandbox.id] ?? [:]
        let before = id.flatMap { persona($0, for: account) }
        let number = id == nil ? (own.values.compactMap(\.number).max() ?? 0) + 1 : id.flatMap { own[$0]?.number }
        let id =
            id
            ?? Identifiers.persona(
                seed: account.sandbox.seed, account: account.sandbox.name, isOpen: account.sandbox.isOpen,
                nth: number ?? 0)
        let others = personas(for: account).filter { $0.id != id }.flatMap(\.machines).map(\.id)
        let stamp = PersonaDocument.Stamp(
            id: id, createdAt: before?.createdAt ?? now.text, updatedAt: now.text,
            isPublished: before?.isPublished ?? true,
            machines: Dictionary(
                (before?.machines ?? []).map { ($0.key, $0.id) }, uniquingKeysWith: { first, _ in first }),
            taken: Set(others))
        let saved: (persona: Persona, text: String)
        do throws(PersonaDocument.Refusal) {
            saved = try PersonaDocument.save(
                body, stamp, slug: slug(of: id), owner: .made(in: account.sandbox.name),
                identify: Identifiers.fixture)
        } catch {
            throw Failure(.badRequest, error.message)
        }
        return try keep(saved.text, id, number, of: account)
    }

    /// Has a persona of the account's own published, or not.
    public func publish(
        _ isPublished: Bool, _ id: PersonaID, of account: Account, at now: Timestamp
    ) throws(Failure) -> Persona? {
        guard let entry = entry(id, for: account) else { return nil }
        guard entry.persona.isPublished != isPublished else { return entry.persona }
        let text = entry.document.text(of: entry.persona, isPublished: isPublished, updatedAt: now.text)
        return try keep(text, id, made[account.sandbox.id]?[id]?.number, of: account).persona
    }

    /// Has what there was before the account made anything; the store is the caller's to clear.
    func clear(_ sandbox: SandboxID) {
        for (id, made) in made[sandbox] ?? [:] { changedThisTurn.append((sandbox, id, made)) }
        made[sandbox] = nil
    }

    /// Deletes a persona of the account's own for good, with all that anybody has played on it.
    public func delete(_ id: PersonaID, of account: Account) throws(Failure) {
        let number = made[account.sandbox.id]?[id]?.number
        try put(Made(number: number, entry: nil, isDeleted: true), nil, id, of: account)
        do {
            try store.removeAll(on: id)
        } catch {
            throw Failure(error)
        }
    }

    /// What is kept is served as the next start would decode it.
    private func keep(
        _ text: String, _ id: PersonaID, _ number: Int?, of account: Account
    ) throws(Failure) -> Entry {
        let entry: Entry
        do throws(PersonaDocument.Refusal) {
            entry = try Roster.decode(text, slug: slug(of: id), .made(in: account.sandbox.name))
        } catch {
            throw Failure(.badRequest, error.message)
        }
        try put(Made(number: number, entry: entry, isDeleted: false), text, id, of: account)
        return entry
    }
}

import Glibc
import Store
import Support
import Testing

/// The stores that must keep the same promises. Each answer of a cached one is compared with the store's behind it.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    case memory, sqliteInMemory, sqliteFile, postgres, cachedMemory, cachedSQLite, cachedPostgres

    var testDescription: String { "\(self)" }

    /// A new and empty store, gone after `body`.
    func with(_ body: (any Store) throws -> Void) throws {
        switch self {
        case .memory:
            try body(MemoryStore())
        case .sqliteInMemory:
            try closing(SQLiteStore(path: ":memory:"), after: body)
        case .sqliteFile:
            try withTemporaryFolder { folder in
                try closing(SQLiteStore(path: "\(folder)/store.db"), after: body)
            }
        case .postgres:
            try closing(PostgresServer.store(), after: body)
        case .cachedMemory:
            try body(StoreKind.cached(MemoryStore()))
        case .cachedSQLite:
            try closing(SQLiteStore(path: ":memory:")) { store in try body(StoreKind.cached(store)) }
        case .cachedPostgres:
            try closing(PostgresServer.store()) { store in try body(StoreKind.cached(store)) }
        }
    }

    /// - Parameter players: few enough that players leave in a longer test.
    private static func cached(_ store: any BackingStore, players: Int = 4) -> CachedStore {
        CachedStore(store, players: players) { Issue.record("\($0)") }
    }
}

func closing<Database: ServedDatabase>(_ store: Database, after body: (Database) throws -> Void) throws {
    try body(store)
    try store.close()
}

/// A folder of the test's own, removed with all that is in it. Others may look into it, so that a process that gave up
/// its rights still can.
func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try makeTemporaryFolder()
    defer { remove(folder) }
    try await body(folder)
}

func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = try makeTemporaryFolder()
    defer { remove(folder) }
    try body(folder)
}

private func makeTemporaryFolder() throws -> String {
    var template = Array("/tmp/foilmock-store-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try #require(chmod(folder, 0o755) == 0)
    return folder
}

private func remove(_ path: String) {
    if let folder = opendir(path) {
        while let entry = readdir(folder) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            let name = String(decoding: bytes, as: UTF8.self)
            if name != ".", name != ".." { remove("\(path)/\(name)") }
        }
        closedir(folder)
    }
    _ = Glibc.remove(path)
}

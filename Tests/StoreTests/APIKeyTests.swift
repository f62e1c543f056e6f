import Dialogue
import Store
import Testing

@Suite("API keys") struct APIKeyTests {
    @Test("keys are listed by sandbox, in the order in which they were made", arguments: StoreKind.allCases)
    func order(kind: StoreKind) throws {
        try kind.with { store in
            for (number, sandbox) in [(3, 1), (1, 2), (2, 1)] as [(UInt8, Int64)] {
                try store.makeAPIKey(sampleKey(number, sandbox: sandbox))
            }
            #expect(
                try store.apiKeys(of: SandboxID(number: 1)) == [sampleKey(3, sandbox: 1), sampleKey(2, sandbox: 1)])
            #expect(try store.apiKeys(of: SandboxID(number: 3)).isEmpty)
        }
    }

    @Test("a key is found by its digest until it is revoked, and stays in the list", arguments: StoreKind.allCases)
    func revoked(kind: StoreKind) throws {
        try kind.with { store in
            var key = sampleKey(1, sandbox: 1)
            try store.makeAPIKey(key)
            #expect(try store.apiKey(digest: key.digest) == key)
            #expect(try store.apiKey(digest: [1]) == nil)
            #expect(try store.sandbox(ofKey: [1]) == nil)
            #expect(try !store.revokeAPIKey(key.id, of: SandboxID(number: 2)), "another's")
            #expect(try !store.revokeAPIKey(APIKeyID(2), of: key.sandbox), "unknown")
            #expect(try store.revokeAPIKey(key.id, of: key.sandbox))
            #expect(try !store.revokeAPIKey(key.id, of: key.sandbox), "again")
            #expect(try store.apiKey(digest: key.digest) == nil)
            #expect(try store.sandbox(ofKey: key.digest) == key.sandbox, "no other sandbox may have it")
            key.isRevoked = true
            #expect(try store.apiKeys(of: key.sandbox) == [key])
        }
    }

    @Test("removing an account removes its keys", arguments: StoreKind.allCases)
    func account(kind: StoreKind) throws {
        try kind.with { store in
            let account = try store.makeAccount(name: "a", isOpen: false, at: Timestamp(seconds: 1))
            let other = try store.makeAccount(name: "b", isOpen: false, at: Timestamp(seconds: 1))
            let keys = [account, other].enumerated().map { sampleKey(UInt8($0), sandbox: $1.sandbox.number) }
            for key in keys { try store.makeAPIKey(key) }
            try store.removeAccount(account.sandbox)
            #expect(try store.apiKeys(of: account.sandbox).isEmpty)
            #expect(try store.apiKey(digest: keys[0].digest) == nil)
            #expect(try store.apiKeys(of: other.sandbox) == [keys[1]])
        }
    }

    @Test("a key that exists already is refused, in another sandbox too", arguments: StoreKind.allCases)
    func unique(kind: StoreKind) throws {
        try kind.with { store in
            try store.makeAPIKey(sampleKey(1, sandbox: 1))
            #expect(throws: StoreError.self) { try store.makeAPIKey(sampleKey(1, sandbox: 2)) }
        }
    }
}

import Emulator
import HTTP

/// Identifies callers: a key selects one persona and one engine, and no field of a request chooses others (A.2).
struct KeyGate {
    static let testKeyPrefix = "ft_sk_test_"
    static let apiKey = FieldName("X-API-Key")
    /// The channel of its sessions, and the dialect of its keys in the fixtures.
    static let channel = "handshake"

    let emulator: Emulator
    let formLimits: FormLimits

    /// Throws a 401 without a known key, and a 429 only when limits were set for the sandbox (F-2).
    func boundKey(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> BoundKey {
        guard let name = KeyGate.apiKey, let key = call.request.head.fields[name], !key.isEmpty else {
            throw KeyGate.unauthorized
        }
        let bound: BoundKey
        switch try emulator.boundKey(key, testPrefix: KeyGate.testKeyPrefix, of: KeyGate.channel, for: call) {
        case .key(let found): bound = found
        case .unknown: throw KeyGate.unauthorized
        case .full(let limit): throw Failure.tooManyAccounts(limit)
        }
        _ = try emulator.admit(call, as: bound.account, caller: key, kind, onlyOwn: true)
        return bound
    }

    /// The request's form, in either encoding. A body of any other type is a form without fields (E-29).
    func form(of call: Call) throws(Failure) -> Form? {
        do {
            return try Form(call.request, limits: formLimits)
        } catch {
            throw Failure(error)
        }
    }

    private static let unauthorized = Failure(.unauthorized, "Invalid or missing API key")
}

/// What may be shown of keys: test keys are names, any other key is a secret.
public enum Secret {
    /// The channel of those who have not signed in. It is no key: the other channels have a space in them, which no key
    /// has.
    public static let anonymous = "web"

    /// A test key or a channel as it is; of any other key what it begins with and so much of its hash that keys are told
    /// apart: `pk_live_…5f2a90c1`.
    public static func shown(_ caller: String) -> String {
        if caller == anonymous || caller.utf8.contains(UInt8(ascii: " ")) { return caller }
        let prefix = prefix(of: caller)
        if prefix.hasSuffix("test_") { return caller }
        return "\(prefix)…\(Digest.hex(Array(Digest.sha256(Array(caller.utf8)).prefix(4))))"
    }

    /// The words that say what kind of key it is; each ends with `_`.
    private static func prefix(of key: String) -> Substring {
        var end = key.startIndex
        while let mark = key[end...].utf8.firstIndex(of: UInt8(ascii: "_")) {
            let word = key[end..<mark]
            guard kinds.contains(word) || modes.contains(word) else { break }
            end = key.utf8.index(after: mark)
            if modes.contains(word) { break }
        }
        return key[..<end]
    }

    private static let kinds: Set<Substring> = ["pk", "ft", "sk"]
    /// What stands last.
    private static let modes: Set<Substring> = ["live", "test"]
}

import CCrypto

/// Hashes, from libcrypto.
public enum Digest {
    public static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha1(), 20) }

    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha256(), 32) }

    /// HMAC with SHA-256 (RFC 2104).
    static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { out, written in
            var length = UInt32(0)
            let done = HMAC(
                EVP_sha256(), key, Int32(key.count), bytes, bytes.count, out.baseAddress, &length)
            precondition(done != nil && length == 32, "libcrypto could not sign")
            written = 32
        }
    }

    /// Whether both are the same bytes, in a time that does not tell where they differ.
    static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }

    private static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { out, written in
            var length = UInt32(0)
            let done = EVP_Digest(bytes, bytes.count, out.baseAddress, &length, algorithm, nil)
            precondition(done == 1 && Int(length) == count, "libcrypto could not hash")
            written = count
        }
    }
}

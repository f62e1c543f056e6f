import CCrypto

/// Hashes, from libcrypto.
public enum Digest {
    public static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha1(), 20) }

    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha256(), 32) }

    private static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { out, written in
            var length = UInt32(0)
            let done = EVP_Digest(bytes, bytes.count, out.baseAddress, &length, algorithm, nil)
            precondition(done == 1 && Int(length) == count, "libcrypto could not hash")
            written = count
        }
    }
}

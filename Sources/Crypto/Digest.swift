import CCrypto

/// Hashes, from libcrypto.
public enum Digest {
    /// The version of libcrypto, as `3.0.17`.
    public static var libraryVersion: String { String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }

    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, sha256Algorithm, 32) }

    // Fetched once, never freed; libcrypto lets all threads use it.
    nonisolated(unsafe) private static let sha256Algorithm = algorithm("SHA256")

    /// Without the system's `openssl.cnf`, which can make libcrypto load libraries.
    private static func algorithm(_ name: String) -> OpaquePointer {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        guard let found = EVP_MD_fetch(nil, name, nil) else { preconditionFailure("libcrypto has no \(name)") }
        return found
    }

    /// SHA-1 of bytes that come one piece after another. A copy goes on from the same bytes, so that what several texts
    /// begin with is hashed once.
    public struct SHA1 {
        private var context = SHA_CTX()

        public init() { SHA1_Init(&context) }

        public mutating func update(_ bytes: UnsafeRawBufferPointer) {
            SHA1_Update(&context, bytes.baseAddress, bytes.count)
        }

        /// The first sixteen of the twenty bytes, as two numbers in network order. Call it once.
        public mutating func finish() -> (high: UInt64, low: UInt64) {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { out in
                SHA1_Final(out.baseAddress, &context)
                let out = UnsafeRawBufferPointer(out)
                return (
                    UInt64(bigEndian: out.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: out.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        }
    }

    /// SHA-256 of bytes that come one piece after another.
    public final class SHA256 {
        private let context = EVP_MD_CTX_new()

        public init() {
            precondition(EVP_DigestInit_ex(context, sha256Algorithm, nil) == 1, "libcrypto could not hash")
        }

        deinit { EVP_MD_CTX_free(context) }

        public func update(_ bytes: [UInt8]) { EVP_DigestUpdate(context, bytes, bytes.count) }

        /// Call it once.
        public func finish() -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: 32) { out, written in
                var length = UInt32(0)
                let done = EVP_DigestFinal_ex(context, out.baseAddress, &length)
                precondition(done == 1 && length == 32, "libcrypto could not hash")
                written = 32
            }
        }
    }

    /// Two small hexadecimal digits for each byte.
    public static func hex(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { out in
            for (place, byte) in bytes.enumerated() {
                (out[2 * place], out[2 * place + 1]) = (digit(byte >> 4), digit(byte & 15))
            }
            return 2 * bytes.count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// What `hex` wrote; nil for anything else.
    public static func bytes(hex text: String) -> [UInt8]? {
        let digits = text.utf8.map { UInt8(Character(Unicode.Scalar($0)).hexDigitValue ?? 16) }
        guard digits.count % 2 == 0, digits.allSatisfy({ $0 < 16 }) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// HMAC with SHA-256 (RFC 2104).
    public static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { out, written in
            var length = UInt32(0)
            let done = HMAC(
                sha256Algorithm, key, Int32(key.count), bytes, bytes.count, out.baseAddress, &length)
            precondition(done != nil && length == 32, "libcrypto could not sign")
            written = 32
        }
    }

    /// Whether both are the same bytes, compared in constant time.
    public static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }

    private static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { out, written in
            var length = UInt32(0)
            let done = EVP_Digest(bytes, bytes.count, out.baseAddress, &length, algorithm, nil)
            precondition(done == 1 && Int(length) == count, "libcrypto could not hash")
            written = count
        }
    }
}

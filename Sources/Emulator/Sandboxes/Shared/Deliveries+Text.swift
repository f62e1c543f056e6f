import Crypto

extension Set<[UInt8]> {
    /// The bytes of a digest.
    private static let length = 32

    /// The digests in order, one behind the other, in Base64.
    var deliveryText: String {
        Base64.encode(sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 })
    }

    /// Reads what `deliveryText` is; nil for anything else.
    init?(deliveries text: String) {
        guard let bytes = Base64.decode(text), bytes.count % Self.length == 0 else { return nil }
        self.init(stride(from: 0, to: bytes.count, by: Self.length).map { Array(bytes[$0..<$0 + Self.length]) })
        guard count * Self.length == bytes.count else { return nil }
    }
}

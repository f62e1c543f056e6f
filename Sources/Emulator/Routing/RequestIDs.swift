import Dialogue
import HTTP

/// Gives each request its id: what its client sent as `X-Request-ID`, if that is well formed, else a new one.
struct RequestIDs {
    /// The ids made since the start.
    private var made: UInt64 = 0
    /// The longest id that is taken from a client, in bytes.
    private static let longest = 128

    mutating func id(of head: RequestHead, seed: Int, sandbox: String) -> String {
        if let sent = head.fields[.requestID], RequestIDs.isWellFormed(sent) { return sent }
        return new(seed: seed, sandbox: sandbox)
    }

    /// `req_` and 24 hex digits of the seed, the sandbox's name and the number of ids made since the start.
    mutating func new(seed: Int, sandbox: String) -> String {
        made += 1
        // FNV-1a.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in sandbox.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var generator = SplitMix64(seed: hash ^ UInt64(bitPattern: Int64(seed)) &+ made &* 0xD6E8_FEB8_6659_FD93)
        let (high, low) = (generator.next(), generator.next())
        return String(unsafeUninitializedCapacity: 28) { bytes in
            for (place, byte) in "req_".utf8.enumerated() { bytes[place] = byte }
            for place in 0..<24 {
                let digit = place < 16 ? high >> UInt64(60 - 4 * place) : low >> UInt64(92 - 4 * place)
                bytes[4 + place] = RequestIDs.hex[Int(digit & 15)]
            }
            return 28
        }
    }

    private static let hex = Array("0123456789abcdef".utf8)

    /// Letters, digits and `-_.:+/=@` of ASCII: what ids of other systems are made of, and nothing that a log or a page
    /// could take for more.
    static func isWellFormed(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= longest
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.:+/=@".utf8.contains(byte)
                }
            }
    }
}

extension Emulator {
    /// An id for what is not even a request.
    func newRequestID() -> String { requestIDs.new(seed: accounts.defaultAccount.sandbox.seed, sandbox: "") }

    /// The request's id.
    /// - Parameter sandbox: the one in which it acts; nil: none, or not known.
    func requestID(of head: RequestHead, in sandbox: Sandbox?) -> String {
        requestIDs.id(of: head, seed: (sandbox ?? accounts.defaultAccount.sandbox).seed, sandbox: sandbox?.name ?? "")
    }
}

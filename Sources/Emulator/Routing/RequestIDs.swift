import Dialogue
import Exact
import HTTP

/// Gives each request its id: what its client sent as `X-Request-ID`, if that is well formed, else a new one.
struct RequestIDs {
    /// The ids made since the start.
    private var made: UInt64 = 0
    /// What ids begin with; nil: no other server uses the database.
    private let server: UInt64?
    /// The longest id that is taken from a client, in bytes.
    private static let longest = 128

    /// - Parameter server: the server's name among those that share the database (`SharedDatabase.server`).
    init(server: String? = nil) { self.server = server.flatMap { UInt64($0, radix: 16) } }

    mutating func id(of head: RequestHead, seed: Int, place: UInt64) -> String {
        if let sent = head.fields[.requestID], RequestIDs.isWellFormed(sent) { return sent }
        return new(seed: seed, place: place)
    }

    /// `req_` and 24 hex digits of the seed, the sandbox's name and the number of ids made since the start. The first
    /// eight are the server's name, if it has one.
    /// - Parameter place: the hash of the sandbox's name (`hash(of:)`).
    mutating func new(seed: Int, place: UInt64) -> String {
        made += 1
        var generator = SplitMix64(
            seed: place ^ UInt64(bitPattern: Int64(seed)) &+ made &* 0xD6E8_FEB8_6659_FD93)
        let (high, low) = (generator.next(), generator.next())
        return String(unsafeUninitializedCapacity: RequestIDs.length) { text in
            let text = UnsafeMutableRawBufferPointer(text)
            text.storeBytes(of: RequestIDs.prefix, as: UInt32.self)
            text.storeBytes(of: hexDigits(of: server ?? high >> 32).bigEndian, toByteOffset: 4, as: UInt64.self)
            text.storeBytes(of: hexDigits(of: high & 0xFFFF_FFFF).bigEndian, toByteOffset: 12, as: UInt64.self)
            text.storeBytes(of: hexDigits(of: low >> 32).bigEndian, toByteOffset: 20, as: UInt64.self)
            return RequestIDs.length
        }
    }

    private static let length = 28
    /// `req_`
    private static let prefix = UInt32(0x7265_715F).bigEndian

    /// FNV-1a.
    static func hash(of name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

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
    func newRequestID() -> String { requestIDs.new(seed: accounts.defaultAccount.sandbox.seed, place: 0) }

    /// The request's id, which every answer has as `X-Request-ID`. Ask for it once the request is admitted: it derives
    /// from the sandbox.
    public func requestID(of call: Call) -> String { requestID(of: call.exchange) }

    /// The request's id, made once.
    func requestID(of exchange: Exchange) -> String {
        if let id = exchange.requestID { return id }
        let id = requestID(of: exchange.head, in: exchange.account?.sandbox)
        exchange.requestID = id
        return id
    }

    /// The request's id.
    /// - Parameter sandbox: the one in which it acts; nil: none, or not known.
    func requestID(of head: RequestHead, in sandbox: Sandbox?) -> String {
        requestIDs.id(
            of: head, seed: (sandbox ?? accounts.defaultAccount.sandbox).seed, place: sandbox?.nameHash ?? 0)
    }
}

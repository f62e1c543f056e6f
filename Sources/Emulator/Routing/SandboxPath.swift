import Exact
import HTTP
import Store

/// The sandbox at the beginning of a path, `/@cart/…`: for requests without a key, or that act in another sandbox than
/// their key's.
enum SandboxPath {
    private static let start = Array("/@".utf8)

    /// Splits a path into the sandbox's name, still percent-encoded, and the rest.
    private static func split(_ path: String) -> (name: String?, path: String) {
        guard path.utf8.count > 2, path.begins(with: "/@") else { return (nil, path) }
        let rest = path[path.utf8.index(path.startIndex, offsetBy: 2)...]
        guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return (String(rest), "/") }
        return (String(rest[..<slash]), String(rest[slash...]))
    }

    /// Splits the path of a head. One that names no sandbox is not copied.
    static func split(_ head: RequestHead) -> (name: String?, head: RequestHead) {
        guard head.pathBytes.starts(with: start) else { return (nil, head) }
        let (name, path) = split(head.path)
        return (name, name == nil ? head : head.moved(to: path))
    }
}

extension Emulator {
    /// The account of the sandbox that a path names; opens an open account when none exists.
    /// - Throws: a 404 for an invalid name, a 503 when the most accounts are open.
    func account(of place: String) throws(Failure) -> Account {
        switch try opened(place) {
        case .account(let account): return account
        case .full(let limit): throw Failure.tooManyAccounts(limit)
        case .unknown:
            throw Failure(
                .notFound,
                "\"/@\(place)\" names no sandbox: a name is 1 to 160 letters, digits, _ or -, such as a test key")
        }
    }

    private func opened(_ name: String) throws(Failure) -> Accounts.Finding {
        try stored { () throws(StoreError) in try accounts.account(opening: name, at: now) }
    }
}

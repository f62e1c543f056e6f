import Crypto
import Glibc

/// The names in the folder of uploads. A name of another form was not made by this program.
enum UploadName {
    /// A sandbox's folder: 16 hex digits.
    static func isSandbox(_ name: some StringProtocol) -> Bool { isHex(name, 16) }

    /// How the name of a temporary folder of uploads begins; six letters and digits follow.
    static let temporary = "foilmock-pictures-"

    static func isTemporary(_ name: String) -> Bool {
        name.hasPrefix(temporary) && name.utf8.count == temporary.utf8.count + 6
    }

    /// A picture's name, by its SHA-256: `<64 hex digits>.<type>`.
    static func picture(_ digest: [UInt8], _ type: MediaType) -> String { "\(Digest.hex(digest)).\(type.rawValue)" }

    static func isPicture(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && isHex(parts[0], 64) && MediaType(rawValue: String(parts[1])) != nil
    }

    /// Splits a picture's path below the folder of uploads into its two names.
    static func parts(of path: String) -> (sandbox: String, picture: String)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, isSandbox(parts[0]), isPicture(parts[1]) else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    /// A picture that is being written: `<process id>-<number>.part`.
    static func draft(_ number: Int) -> String { "\(getpid())-\(number).part" }

    /// Whether the name is an abandoned draft: of this process, which writes none between two requests, or of a process
    /// that has ended.
    static func isLeftDraft(_ name: String) -> Bool {
        let numbers = name.dropLast(".part".count).split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.count == 2, let process = pid_t(numbers[0]), process > 0, let number = Int(numbers[1]),
            name.utf8.elementsEqual("\(process)-\(number).part".utf8)
        else { return false }
        return process == getpid() || kill(process, 0) != 0 && errno == ESRCH
    }

    private static func isHex(_ text: some StringProtocol, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")
            }
    }
}

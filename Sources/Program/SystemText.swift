import Glibc

/// A text of the system, from the arguments or the environment: bytes without a zero, in any encoding.
struct SystemText: Hashable, ExpressibleByStringLiteral {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: String) { bytes = Array(text.utf8) }

    init(stringLiteral text: String) { self.init(text) }

    init(_ pointer: UnsafePointer<CChar>) {
        bytes = UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map { UInt8(bitPattern: $0) }
    }

    /// The text; nil when it is not UTF-8.
    var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The text for messages, with invalid UTF-8 replaced.
    var shown: String { String(decoding: bytes, as: UTF8.self) }

    /// A copy as a C string, which the calling code must free.
    func copied() -> UnsafeMutablePointer<CChar>? {
        (bytes + [0]).withUnsafeBytes { strdup($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }

    /// The parts before and after the first `=`; nil without one.
    var pair: (name: SystemText, value: SystemText)? {
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return (SystemText(bytes: Array(bytes[..<mark])), SystemText(bytes: Array(bytes[(mark + 1)...])))
    }
}

/// The arguments of the process.
enum Arguments {
    /// The arguments without the program's own name; nil when they cannot be read.
    static var all: [SystemText]? {
        guard CommandLine.argc > 0 else { return nil }
        return (1..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0].map { SystemText($0) } }
    }

    /// The arguments as texts.
    /// - Throws: an error that names the option whose value is not UTF-8.
    static func texts(_ words: ArraySlice<SystemText>) throws(AppError) -> [String] {
        var texts: [String] = []
        for word in words {
            guard let text = word.text else { throw .usage(notUTF8(word, after: texts.last)) }
            texts.append(text)
        }
        return texts
    }

    private static func notUTF8(_ word: SystemText, after last: String?) -> String {
        if let (name, _) = word.pair, let flag = name.text, flag.hasPrefix("--") {
            return "'\(flag)' must be UTF-8, and its value is not"
        }
        if let last, last.hasPrefix("--"), !last.contains("=") {
            return "'\(last)' must be UTF-8, and its value is not"
        }
        return "the argument '\(word.shown)' is not UTF-8"
    }
}

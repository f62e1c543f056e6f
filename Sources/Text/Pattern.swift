import CPCRE2
public import Exact

/// A PCRE2 pattern, compiled: caseless, Unicode, and bounded, so that no pattern can block the thread for long.
///
/// What the match limit stops counts as no match. The text is taken as it is, not folded, except that a typographic
/// apostrophe is a plain one, in the pattern and in the text. A capture has the one that the text has.
public final class Pattern: @unchecked Sendable {  // The compiled code is only read; PCRE2 allows that from any thread.
    public let source: String
    /// The names of its groups, in the order of their numbers.
    public let groups: [String]

    /// Bytes of what it was compiled to.
    public let size: Int

    private let code: OpaquePointer
    private let numbers: [(name: String, number: Int)]

    /// Why a pattern does not compile. `offset` counts its bytes.
    public struct CompileError: Error, Equatable, Sendable {
        public let message: String
        public let offset: Int
    }

    /// Items of one pattern tried before a match is given up, over all the places it could start at: some 5 ms, if
    /// there is so much effort left. PCRE2's own match limit counts anew at each place, which a long line multiplies;
    /// it bounds what callouts miss.
    public static let itemLimit = 200_000
    private static let matchLimit: UInt32 = 20_000
    /// KiB.
    private static let heapLimit: UInt32 = 1_000
    /// A longer pattern is a mistake.
    private static let lengthLimit = 4_096

    public init(_ source: String) throws(CompileError) {
        guard source.utf8.count <= Pattern.lengthLimit else {
            throw CompileError(message: "the pattern is longer than \(Pattern.lengthLimit) bytes", offset: 0)
        }
        let whole = Array(source.utf8)
        let plain = whole.withUnsafeBufferPointer { PlainApostrophes($0) }
        let bytes = plain?.bytes ?? whole
        var code = Int32(0)
        var offset = 0
        let options =
            UInt32(PCRE2_CASELESS) | PCRE2_UTF | PCRE2_UCP | UInt32(PCRE2_NEVER_BACKSLASH_C)
            | UInt32(PCRE2_AUTO_CALLOUT)
        let compiled = pcre2_compile_8(bytes, bytes.count, options, &code, &offset, nil)
        guard let compiled else {
            throw CompileError(message: Pattern.message(code), offset: plain?.original(offset) ?? offset)
        }
        self.source = source
        self.code = compiled
        var size = 0
        pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_SIZE), &size)
        self.size = size
        numbers = Pattern.groups(of: compiled)
        groups = numbers.map(\.name)
    }

    deinit {
        pcre2_code_free_8(code)
    }

    /// Items that trying a pattern costs before its first one.
    private static let itemsToBegin = 40
    /// Bytes that PCRE2 looks at by itself in the time of an item.
    fileprivate static let bytesAnItem = 32

    /// The captures of the named groups in the first match; nil without a match. A group that took no part is left out.
    public func captures(in text: String, _ effort: inout Effort) -> Texts? {
        guard effort.spend(items: Pattern.itemsToBegin + text.utf8.count / Pattern.bytesAnItem) else { return nil }
        var text = text
        return text.withUTF8 { bytes in
            guard let plain = PlainApostrophes(bytes) else {
                return captures(in: bytes, &effort) { String(decoding: bytes[$0], as: UTF8.self) }
            }
            return plain.bytes.withUnsafeBufferPointer { replaced in
                captures(in: replaced, &effort) {
                    let range = plain.original($0.lowerBound)..<plain.original($0.upperBound)
                    return String(decoding: bytes[range], as: UTF8.self)
                }
            }
        }
    }

    /// - Parameter text: the text of a range of the bytes.
    private func captures(
        in bytes: UnsafeBufferPointer<UInt8>, _ effort: inout Effort, text: (Range<Int>) -> String
    ) -> Texts? {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil),
            let context = pcre2_match_context_create_8(nil)
        else { fatalError("out of memory for a match") }
        defer {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
        }
        pcre2_set_match_limit_8(context, Pattern.matchLimit)
        pcre2_set_heap_limit_8(context, Pattern.heapLimit)
        let limit = min(Pattern.itemLimit, effort.items)
        var budget = Budget(left: limit)
        let result = withUnsafeMutablePointer(to: &budget) { budget in
            pcre2_set_callout_8(
                context,
                { block, context in
                    guard let block, let context else { return 0 }
                    let position = block.pointee.current_position
                    return context.assumingMemoryBound(to: Budget.self).pointee.spend(at: position)
                        ? 0 : PCRE2_ERROR_CALLOUT
                }, budget)
            return pcre2_match_8(
                code, bytes.baseAddress, bytes.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, context)
        }
        _ = effort.spend(items: limit - max(0, budget.left))
        guard result >= 0 else {
            if result != PCRE2_ERROR_NOMATCH { effort.hasGivenUp = true }
            return nil
        }
        var captures: Texts = [:]
        guard !numbers.isEmpty, let places = pcre2_get_ovector_pointer_8(data) else { return captures }
        for (name, number) in numbers {
            let (start, end) = (places[2 * number], places[2 * number + 1])
            guard start >= 0, start <= end, end <= bytes.count else { continue }
            captures[name] = text(start..<end)
        }
        return captures
    }

    /// An entry of the table is the number in two bytes, then the name with a zero behind it.
    private static func groups(of code: OpaquePointer) -> [(name: String, number: Int)] {
        var count = UInt32(0)
        var size = UInt32(0)
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [] }
        return (0..<Int(count)).map { index in
            let entry = table + index * Int(size)
            return (String(cString: entry + 2), Int(entry[0]) << 8 | Int(entry[1]))
        }.sorted { $0.number < $1.number }
    }

    private static func message(_ code: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(code, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : "the pattern is malformed"
    }
}

/// The effort that is left for a match. An item costs one, and more when it ran over much text.
private struct Budget {
    var left: Int
    private var last = 0

    init(left: Int) { self.left = left }

    /// False when it is used up.
    mutating func spend(at position: Int) -> Bool {
        left -= 1 + abs(position - last) / Pattern.bytesAnItem
        last = position
        return left > 0
    }
}

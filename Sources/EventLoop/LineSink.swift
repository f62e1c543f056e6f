import Glibc

/// Why lines are missing from what was written.
public enum LineLoss: Equatable, Sendable {
    /// Whoever takes the lines was too slow.
    case full
    /// They could not be written; the code is an `errno`.
    case failed(Int32)
}

/// Writes whole lines to a descriptor and waits as long as that takes. What could not be written is counted, and the next
/// line that can be written comes after one that says how many are missing.
struct LineSink {
    /// The line that stands for lines that are missing, with its end; nothing where nobody wants to know.
    typealias Notice = @Sendable (_ missing: Int, _ why: LineLoss) -> [UInt8]

    private static let newline = UInt8(ascii: "\n")

    private let descriptor: Int32
    private let isOwnFile: Bool
    private let notice: Notice
    /// Whether the last line that was written has no end.
    private var isTorn = false
    /// Lines that are missing and not told of yet.
    private(set) var missing = 0
    /// Why the first of them is.
    private(set) var loss = LineLoss.full

    /// - Parameter isOwnFile: Nobody else writes to the file, so half a line may be cut off again. Elsewhere it is ended.
    init(_ descriptor: Int32, isOwnFile: Bool, notice: @escaping Notice) {
        self.descriptor = descriptor
        self.isOwnFile = isOwnFile
        self.notice = notice
    }

    /// Counts lines that nobody kept for writing.
    mutating func miss(_ count: Int) {
        if missing == 0 { loss = .full }
        missing += count
    }

    /// Tells what is missing, if anything is.
    mutating func tell() { if missing > 0, !notice(missing, loss).isEmpty { _ = write([]) } }

    /// Writes lines, each with its end.
    /// - Returns: how many of them are lost.
    mutating func write(_ lines: [UInt8]) -> Int {
        let lead = (isTorn ? [LineSink.newline] : []) + (missing > 0 ? notice(missing, loss) : [])
        let all = lead.isEmpty ? lines : lead + lines
        let (sent, code) = Descriptor.write(all, on: descriptor)
        guard let code else {
            missing = 0
            isTorn = false
            return 0
        }
        var whole = all[..<sent].lastIndex(of: LineSink.newline).map { $0 + 1 } ?? 0
        // A full disk may have room for what tells of missing lines, and for no line after it, again and again.
        let kept = whole > lead.count ? whole : 0
        if isOwnFile, takeBack(sent - kept) {
            whole = kept
        } else if sent > 0 {
            isTorn = all[sent - 1] != LineSink.newline
        }
        let lost = LineSink.count(all[max(whole, lead.count)...])
        if whole >= lead.count { missing = 0 }
        if missing == 0 { loss = .failed(code) }
        missing += lost
        return lost
    }

    static func count(_ lines: ArraySlice<UInt8>) -> Int { lines.count { $0 == newline } }

    /// Cuts the last bytes off the file; false where it is no file with an end.
    private func takeBack(_ count: Int) -> Bool {
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard end >= count, ftruncate(descriptor, end - count) == 0 else { return false }
        return lseek(descriptor, end - count, SEEK_SET) >= 0
    }
}

import Glibc

/// Why lines are missing in the output.
public enum LineLoss: Equatable, Sendable {
    /// The reader or the disk was too slow.
    case full
    /// The lines could not be written; the code is an `errno`.
    case failed(Int32)
}

/// Writes whole lines to a descriptor, and blocks as long as that takes. Lines that cannot be written are counted, and
/// a notice of how many are missing is written before the next line.
struct LineSink {
    /// Makes the line that is written instead of missing lines, with its line feed; empty when none is wanted.
    typealias Notice = @Sendable (_ missing: Int, _ why: LineLoss) -> [UInt8]

    private static let newline = UInt8(ascii: "\n")

    private let descriptor: Int32
    private let isOwnFile: Bool
    private let notice: Notice
    /// Whether the last written line lacks its line feed.
    private var isTorn = false
    /// The missing lines for which no notice is written yet.
    private(set) var missing = 0
    /// Why the first of them is missing.
    private(set) var loss = LineLoss.full

    /// - Parameter isOwnFile: whether no other writer uses the file, so that half a line can be cut off again.
    ///   Otherwise half a line is ended with a line feed.
    init(_ descriptor: Int32, isOwnFile: Bool, notice: @escaping Notice) {
        self.descriptor = descriptor
        self.isOwnFile = isOwnFile
        self.notice = notice
    }

    /// Counts lines that were dropped before they reached the sink.
    mutating func miss(_ count: Int) {
        if missing == 0 { loss = .full }
        missing += count
    }

    /// Writes a notice, if lines are missing.
    mutating func reportMissing() { if missing > 0, !notice(missing, loss).isEmpty { _ = write([]) } }

    /// Writes lines, each with its line feed.
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
        // A full disk can have room for a notice, but for no line after it, again and again.
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

    /// Cuts the last bytes off the file. Returns false when the descriptor cannot be truncated.
    private func takeBack(_ count: Int) -> Bool {
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard end >= count, ftruncate(descriptor, end - count) == 0 else { return false }
        return lseek(descriptor, end - count, SEEK_SET) >= 0
    }
}

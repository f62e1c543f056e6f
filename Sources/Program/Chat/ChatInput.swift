import EventLoop
import Glibc

/// Where the lines of a chat come from.
protocol ChatInput: AnyObject {
    /// The next line without its end; nil: there is none.
    func next() throws(AppError) -> InputLine?
}

enum InputLine: Equatable {
    case text(String)
    /// It is longer than any line may be, and was skipped.
    case tooLong
    case notUTF8

    /// The most bytes of a line: the longest of `ChatLine`, each character of four bytes.
    static let byteLimit = ChatLine.limit * 4

    init(_ bytes: some Sequence<UInt8>) {
        self = String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .notUTF8
    }
}

/// Lines of a descriptor, as they come: a pipe, a file, or a terminal that edits lines itself.
final class PlainInput: ChatInput {
    private let descriptor: Int32
    /// Written before each line; nil: nothing is.
    private let prompt: String?
    private var pending: [UInt8] = []
    /// How much of `pending` has no line end.
    private var searched = 0
    private var isAtEnd = false
    /// Some editors of Windows begin a file of UTF-8 with it; it is no part of the first line.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private var isFirst = true

    init(_ descriptor: Int32, prompt: String?) { (self.descriptor, self.prompt) = (descriptor, prompt) }

    func next() throws(AppError) -> InputLine? {
        if let prompt { try Terminal.out(Array(prompt.utf8)) }
        var isTooLong = false
        while true {
            if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { take(end + 1) }
                return isTooLong || end > InputLine.byteLimit ? .tooLong : line(pending[..<end])
            }
            searched = pending.count
            if searched > InputLine.byteLimit {
                isTooLong = true
                take(searched)
            }
            if isAtEnd {
                // A last line without its end counts too.
                defer { take(pending.count) }
                if isTooLong { return .tooLong }
                return pending.isEmpty ? nil : line(pending[...])
            }
            try read()
        }
    }

    private func line(_ bytes: ArraySlice<UInt8>) -> InputLine {
        let begun = isFirst && bytes.starts(with: PlainInput.byteOrderMark) ? bytes.dropFirst(3) : bytes
        isFirst = false
        return InputLine(begun.last == UInt8(ascii: "\r") ? begun.dropLast() : begun)
    }

    private func take(_ count: Int) {
        pending.removeFirst(count)
        searched = 0
    }

    private func read() throws(AppError) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                pending += buffer[..<count]
                return
            }
            if count == 0 {
                isAtEnd = true
                return
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&source, 1, -1)
            // The terminal has gone.
            case EIO:
                isAtEnd = true
                return
            default: throw .failure("standard input cannot be read: \(String(cString: strerror(errno)))")
            }
        }
    }
}

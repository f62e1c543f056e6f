import CLibedit
import EventLoop
import Glibc

/// Lines that are edited on the terminal: keys of Emacs, a history in memory, Tab.
final class LineEditor: ChatInput {
    /// Completes the word before the cursor. Gets the line up to there.
    var complete: (String) -> ChatCompletion = { _ in .none }
    /// Called about once a second while it waits for a key. Returns a text to print; nil: there is none.
    var idle: () -> Painted? = { nil }

    private var editor: OpaquePointer?
    private var decoder = InputScalars()
    /// How many characters of the line were typed.
    private var typed = 0
    private var isBroken = false
    private var isInterrupted = false
    /// The signal that asked to end; nil: none did.
    private var ending: Int32?

    private static let linesKept: Int32 = 1_000

    /// Nil when the terminal or the system cannot do it: without a description of the terminal, or without texts in UTF-8.
    init?(_ environment: Environment) {
        guard Terminal.isCapable(environment) else { return nil }
        let owner = editor_owner(
            owner: Unmanaged.passUnretained(self).toOpaque(),
            read: { owner in owner.map { LineEditor.of($0).character() } ?? -1 },
            complete: { owner in owner.map { LineEditor.of($0).completeWord() } ?? false })
        editor = editor_open(owner, LineEditor.linesKept)
        if editor == nil { return nil }
    }

    deinit {
        if let editor { editor_close(editor) }
        // The terminal is as it was, so the signal can do what it does.
        if let ending { raise(ending) }
    }

    func next() -> InputLine? {
        guard let editor else { return nil }
        while true {
            (typed, isBroken, isInterrupted) = (0, false, false)
            var count: Int32 = 0
            guard let text = editor_line(editor, &count), ending == nil else { return nil }
            if isInterrupted {
                if count == 0 { return nil }
                continue
            }
            if isBroken { return .notUTF8 }
            if typed > ChatLine.limit { return .tooLong }
            if count > 0 { editor_remember(editor) }
            return InputLine(UnsafeRawBufferPointer(start: text, count: Int(count)))
        }
    }

    private static func of(_ owner: UnsafeMutableRawPointer) -> LineEditor {
        Unmanaged<LineEditor>.fromOpaque(owner).takeUnretainedValue()
    }

    // MARK: Characters

    private enum Key {
        static let interrupt: UInt32 = 0x03
        static let suspend: UInt32 = 0x1A
        static let enter: UInt32 = 0x0A
    }

    /// The next character for libedit; negative at the end of the input.
    private func character() -> Int32 {
        while true {
            guard let scalar = decoder.next() else {
                guard wait() else { return -1 }
                continue
            }
            if decoder.wasBroken { isBroken = true }
            switch scalar.value {
            case Key.interrupt:
                isInterrupted = true
                return Int32(Key.enter)
            case Key.suspend:
                if let editor { editor_suspend(editor) }
                continue
            case ..<0x20: break
            default:
                typed += 1
                // What is too long is not kept.
                if typed > ChatLine.limit { continue }
            }
            return Int32(bitPattern: scalar.value)
        }
    }

    /// Waits for input. Returns false at its end.
    private func wait() -> Bool {
        guard let editor else { return false }
        while true {
            var sources = [STDIN_FILENO, editor_signals(editor)].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            if poll(&sources, nfds_t(sources.count), 1_000) == 0, let text = idle() {
                show(text)
                editor_draw(editor)
            }
            switch editor_signal(editor) {
            case 0: break
            case SIGWINCH: editor_resize(editor)
            case let signal:
                ending = signal
                return false
            }
            if sources[0].revents != 0 { return decoder.read(STDIN_FILENO) }
        }
    }

    /// Writes a text below the line that is edited.
    private func show(_ text: Painted) {
        // A terminal that cannot be written ends the input soon.
        try? Terminal.out(Painted("\n") + text)
    }

    /// Returns whether it wrote below the line.
    private func completeWord() -> Bool {
        guard let editor else { return false }
        var count = 0
        guard let begin = editor_before_cursor(editor, &count) else { return false }
        let completion = complete(String(decoding: UnsafeRawBufferPointer(start: begin, count: count), as: UTF8.self))
        if !completion.added.isEmpty { editor_insert(editor, completion.added) }
        guard completion.added.isEmpty, completion.choices.count > 1 else { return false }
        show(Painted(completion.choices.joined(separator: "  ")))
        return true
    }
}

/// Characters from bytes that come in pieces.
struct InputScalars {
    private var bytes: ArraySlice<UInt8> = []
    /// Whether the last scalar replaces bytes that are not UTF-8.
    private(set) var wasBroken = false

    /// Reads what there is. Returns false at the end.
    mutating func read(_ descriptor: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) }
        bytes += buffer[..<count]
        return true
    }

    mutating func add(_ more: [UInt8]) { bytes += more }

    /// What a terminal writes around pasted text, if a program has asked it for that and did not take it back. They are
    /// no keys: what is pasted counts as typed.
    private static let pasteMarks = ["\u{1B}[200~", "\u{1B}[201~"].map { Array($0.utf8) }

    /// Nil when the next bytes are not there yet.
    mutating func next() -> Unicode.Scalar? {
        while let mark = InputScalars.pasteMarks.first(where: { bytes.starts(with: $0) }) {
            bytes = bytes.dropFirst(mark.count)
        }
        // Escape alone begins a key too, for which libedit would wait as well.
        if !bytes.isEmpty, InputScalars.pasteMarks.contains(where: { $0.starts(with: bytes) }) { return nil }
        guard let first = bytes.first else { return nil }
        let length =
            switch first {
            case ..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        let isFollowed = bytes.dropFirst().prefix(max(0, length - 1)).allSatisfy { $0 & 0xC0 == 0x80 }
        if length > 0, isFollowed {
            guard bytes.count >= length else { return nil }
            if let text = String(validating: bytes.prefix(length), as: UTF8.self) {
                bytes = bytes.dropFirst(length)
                wasBroken = false
                return text.unicodeScalars.first
            }
        }
        bytes = bytes.dropFirst()
        wasBroken = true
        return "\u{FFFD}"
    }
}

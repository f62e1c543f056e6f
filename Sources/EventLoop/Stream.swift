import CLibevent
import Glibc

/// One connection. It ends when the object is deallocated, or earlier by `close`, `abort`, `reset` or the peer.
public final class Stream {
    public enum Event: Equatable, Sendable {
        /// `read` will return input or its end.
        case readable
        /// The system has accepted all output that was pending.
        case drained
        /// The connection is over; no event follows. `abort` does not report it.
        case closed(Ending)
    }

    public enum Ending: Equatable, Sendable {
        /// By `close`.
        case finished
        /// By the peer or the network; the code is an `errno`.
        case failed(Int32)
    }

    /// Once this many bytes are unread, no more are received.
    public static let inputLimit = 64 * 1024

    let descriptor: Int32
    /// Nil once the connection is over.
    var handle: OpaquePointer?
    var isClosing = false
    /// How many more bytes of input are discarded after `close`.
    var discardable = 0
    /// Whether the peer has sent its last byte. It can still read.
    public private(set) var inputHasEnded = false

    private let loop: Loop
    /// The loop calls when there is something to receive. The bufferevent only sends: it would ask how much there is
    /// before each read.
    private var arrival: OpaquePointer?
    private var isReceiving = false
    let input = UnreadInput()
    private var onEvent: ((Event) -> Void)?

    init(_ loop: Loop, owning descriptor: Int32) {
        self.loop = loop
        self.descriptor = descriptor
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        guard let handle = bufferevent_socket_new(loop.base, descriptor, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)) else {
            fatalError("out of memory for a connection")
        }
        self.handle = handle
        // Unretained: the handle is freed before this object is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        bufferevent_setcb(
            handle, nil,
            { _, context in Stream.from(context)?.drained() },
            { _, _, context in Stream.from(context)?.finish(.failed(errno)) },
            context)
        arrival = event_new(
            loop.base, descriptor, Int16(EV_READ | EV_PERSIST), { _, _, context in Stream.from(context)?.receive() },
            context)
    }

    deinit { free() }

    /// Begins to read. `onEvent` is kept until the connection is over.
    public func start(onEvent: @escaping (Event) -> Void) {
        guard handle != nil else { return }
        self.onEvent = onEvent
        resumeInput()
    }

    /// False once the connection is over.
    public var isOpen: Bool { handle != nil }

    /// Reads input. Returns the number of bytes, 0 at the end of input, or nil when no input is available now.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard isOpen, !isClosing else { return nil }
        let count = input.take(into: buffer)
        guard count > 0 else { return inputHasEnded ? 0 : nil }
        resumeInput()
        return count
    }

    /// Whether `read` would not return nil.
    public var hasInput: Bool {
        isOpen && !isClosing && (inputHasEnded || input.count > 0)
    }

    /// How many bytes of output the system has not accepted yet.
    public var pendingOutput: Int {
        guard let handle else { return 0 }
        return evbuffer_get_length(bufferevent_get_output(handle))
    }

    /// Sends bytes after the pending output. Bytes that have to wait are copied. Does nothing once the stream is
    /// closing.
    public func write(_ bytes: [UInt8]) {
        guard let handle, !isClosing else { return }
        bytes.withUnsafeBytes { bytes in
            // Most answers fit into the socket's buffer: sending them here saves an event and another iteration. Errors
            // are ignored here: libevent meets them again and reports them from the loop.
            var sent = 0
            if pendingOutput == 0 {
                sent = max(0, send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
            }
            guard sent < bytes.count, let start = bytes.baseAddress else { return }
            bufferevent_write(handle, start + sent, bytes.count - sent)
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Stream? {
        context.map { Unmanaged<Stream>.fromOpaque($0).takeUnretainedValue() }
    }

    private func receive() {
        let count = recv(descriptor, loop.input.baseAddress, loop.input.count, 0)
        if count < 0 {
            if errno != EAGAIN, errno != EINTR { finish(.failed(errno)) }
        } else if count == 0 {
            inputEnded()
        } else if isClosing {
            discardInput(count)
        } else {
            input.arrive(UnsafeRawBufferPointer(rebasing: loop.input[..<count]))
            onEvent?(.readable)
            input.keep()
            // The event is due as long as the socket has bytes, so the loop would call again and again.
            if input.count >= Stream.inputLimit { pauseInput() }
        }
    }

    private func inputEnded() {
        inputHasEnded = true
        pauseInput()
        if !isClosing {
            onEvent?(.readable)
        } else if pendingOutput == 0 {
            finish(.finished)
        }
    }

    func pauseInput() {
        guard isReceiving, let arrival else { return }
        isReceiving = false
        event_del(arrival)
    }

    func resumeInput() {
        guard !isReceiving, !inputHasEnded, let arrival else { return }
        isReceiving = true
        event_add(arrival, nil)
    }

    private func drained() {
        let wasClosing = isClosing  // the handler can call close, and close does the rest
        onEvent?(.drained)
        if wasClosing { endOutput() }
    }

    func finish(_ ending: Ending) {
        let report = onEvent
        free()
        report?(.closed(ending))
    }

    func free() {
        guard let handle else { return }
        self.handle = nil
        onEvent = nil
        if let arrival { event_free(arrival) }
        arrival = nil
        bufferevent_free(handle)
    }
}

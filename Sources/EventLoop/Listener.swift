import CLibevent
import Glibc

/// Accepts connections at one address until the object is deallocated; then the port is free again.
public final class Listener {
    /// The actual port, also when 0 was passed.
    public let port: UInt16

    /// How long no connections are accepted after the system failed to accept one, usually for lack of descriptors. The
    /// connection stays in the backlog, and an immediate retry would only waste processor time.
    private static let pause = Duration.milliseconds(100)

    private let loop: Loop
    private let handle: OpaquePointer
    private let accepted: (Stream) -> Void
    private let refused: (Int32) -> Void
    private var resumption: Timer?

    /// Listens at once. `host` is an IPv4 or IPv6 address or `localhost`, which means 127.0.0.1; port 0 lets the system
    /// choose.
    /// - Parameter refused: called with the `errno` when the system fails to accept a connection.
    public init(
        _ loop: Loop, host: String, port: UInt16, refused: @escaping (Int32) -> Void = { _ in },
        accepted: @escaping (Stream) -> Void
    ) throws(ListenError) {
        let address = try SocketAddress(host: host, port: port)
        // No LEV_OPT_REUSEABLE_PORT: a second server on the same port must fail, not share it.
        let flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE
        let opened = address.withPointer { pointer, length in
            evconnlistener_new_bind(loop.base, nil, nil, UInt32(flags), SOMAXCONN, pointer, length)
        }
        guard let opened else {
            throw ListenError(address: address.text, reason: String(cString: strerror(errno)))
        }
        self.loop = loop
        self.accepted = accepted
        self.refused = refused
        handle = opened
        self.port = SocketAddress.port(of: evconnlistener_get_fd(opened))
        resumption = Timer(loop) { evconnlistener_enable(opened) }

        // Unretained: the handle is freed before this object is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        evconnlistener_set_error_cb(handle) { _, context in
            guard let context else { return }
            Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().failed()
        }
        evconnlistener_set_cb(
            handle,
            { _, descriptor, _, _, context in
                guard let context else { return }
                Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().accepted(descriptor)
            }, context)
    }

    deinit {
        evconnlistener_free(handle)
    }

    private func accepted(_ descriptor: Int32) {
        accepted(Stream(loop, owning: descriptor))
    }

    private func failed() {
        refused(errno)
        evconnlistener_disable(handle)
        resumption?.arm(after: Listener.pause)
    }
}

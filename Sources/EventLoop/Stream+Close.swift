import CLibevent
import Glibc

extension Stream {
    /// Closes in an orderly way (RFC 9112 §9.6): sends pending output, ends the output, then waits for the peer to
    /// close. Closing while the peer still sends would make its system discard an answer that it has not read yet.
    /// Input is discarded meanwhile, up to `limit` bytes; the owner limits the time with `abort`.
    ///
    /// Reports `drained` if output was pending, then `closed`; within this call if there is nothing to wait for.
    public func close(discarding limit: Int) {
        guard handle != nil, !isClosing else { return }
        isClosing = true
        discardable = limit
        resumeInput()
        let unread = input.count
        input.clear()
        discardInput(unread)
        if pendingOutput == 0 { endOutput() }
    }

    /// Closes at once: pending output is lost. Reports no event.
    public func abort() { free() }

    /// Closes at once by a reset (RST), which makes the peer's next read or write fail. Pending output is written to
    /// the socket as far as it has room; bytes that the peer's system has not received are lost. Reports no event.
    public func reset() {
        guard let handle else { return }
        let output = bufferevent_get_output(handle)
        evbuffer_unfreeze(output, 1)  // the handle keeps it frozen except for its own writes
        evbuffer_write(output, descriptor)
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        free()
    }

    /// Beyond the limit the connection is cut, but not before the pending output is sent.
    func discardInput(_ count: Int) {
        discardable -= count
        guard discardable < 0 else { return }
        if pendingOutput > 0 {
            pauseInput()
        } else {
            finish(.finished)
        }
    }

    func endOutput() {
        guard handle != nil else { return }
        if inputHasEnded || discardable < 0 {
            finish(.finished)
        } else {
            shutdown(descriptor, Int32(SHUT_WR))
        }
    }
}

import CLibevent
import Glibc

extension Stream {
    /// Closes in good order (RFC 9112 §9.6): sends what is pending, ends our side, then waits for the peer to end its
    /// own. Closing while it still sends would have its system throw away an answer that it has not read yet. What it
    /// sends meanwhile is thrown away, up to `limit` bytes; how long it may take is for the owner to bound, by `abort`.
    ///
    /// Reports `drained` if something was pending, then `closed`, from within this call if there is nothing to wait for.
    public func close(discarding limit: Int) {
        guard handle != nil, !isClosing else { return }
        isClosing = true
        discardable = limit
        resumeInput()
        discardInput()
        if pendingOutput == 0 { endOutput() }
    }

    /// Closes at once: pending output is lost. Reports nothing.
    public func abort() { free() }

    /// Closes at once by a reset (RST), which makes the peer's next read or write fail. Pending output goes to the socket as
    /// far as it has room; what the peer's system has not taken from there is lost. Reports nothing.
    public func reset() {
        guard let handle else { return }
        let output = bufferevent_get_output(handle)
        evbuffer_unfreeze(output, 1)  // the handle keeps it frozen but when it writes itself
        evbuffer_write(output, descriptor)
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        free()
    }

    /// Over the limit the peer is cut, but not before our output is out.
    func discardInput() {
        guard let handle else { return }
        let input = bufferevent_get_input(handle)
        let count = evbuffer_get_length(input)
        evbuffer_drain(input, count)
        discardable -= count
        guard discardable < 0 else { return }
        if pendingOutput > 0 {
            bufferevent_disable(handle, Int16(EV_READ))
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

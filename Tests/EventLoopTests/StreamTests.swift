import EventLoop
import Support
import Testing

/// A server's side of one connection, and its client.
private final class Pair {
    let loop = Loop()
    let client: RawClient
    private(set) var stream: EventLoop.Stream?
    private(set) var events: [EventLoop.Stream.Event] = []
    var onReadable: () -> Void = {}
    var onDrained: () -> Void = {}
    private var listener: Listener?

    init(receiveBuffer: Int32? = nil) throws {
        var accepted: EventLoop.Stream?
        let listener = try Listener(loop, host: "127.0.0.1", port: 0) { accepted = $0 }
        client = RawClient(port: listener.port, receiveBuffer: receiveBuffer)
        self.listener = listener
        #expect(run(until: { accepted != nil }))
        stream = accepted
        stream?.start { [unowned self] event in
            events.append(event)
            if event == .readable { onReadable() }
            if event == .drained { onDrained() }
        }
    }

    func run(until condition: () -> Bool) -> Bool { Support.run(loop, until: condition) }

    func runUntilReceived(_ condition: (RawClient) -> Bool) -> Bool {
        run {
            client.receive()
            return condition(client)
        }
    }

    /// What `read` returns, and what it read.
    func read(_ limit: Int = 1024) -> (Int?, String) {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = buffer.withUnsafeMutableBytes { stream?.read(into: $0) }
        return (count, String(decoding: buffer.prefix(count ?? 0), as: UTF8.self))
    }
}

struct StreamTests {
    private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 8 * 1024 * 1024)

    @Test("Input is read in pieces, then nothing, then the end")
    func reads() throws {
        let pair = try Pair()
        #expect(pair.read() == (nil, ""))
        pair.client.send("hello")
        #expect(pair.run { pair.stream?.hasInput == true })
        #expect(pair.read(3) == (3, "hel"))
        #expect(pair.read(3) == (2, "lo"))
        #expect(pair.read(3) == (nil, ""))
        pair.client.endOutput()
        #expect(pair.run { pair.stream?.hasInput == true })
        #expect(pair.read(3) == (0, ""))
        #expect(pair.stream?.isOpen == true)
    }

    @Test("A small answer goes out at once")
    func writesAtOnce() throws {
        let pair = try Pair()
        pair.stream?.write(Array("hello".utf8))
        #expect(pair.stream?.pendingOutput == 0)
        #expect(pair.runUntilReceived { $0.text == "hello" })
    }

    @Test("Pieces arrive in order although the first had to wait, and drained is reported once")
    func drains() throws {
        let pair = try Pair()
        pair.stream?.write(StreamTests.large)
        pair.stream?.write(Array("end".utf8))
        #expect((pair.stream?.pendingOutput ?? 0) > 3)
        #expect(pair.runUntilReceived { $0.received.count == StreamTests.large.count + 3 })
        #expect(pair.run { pair.events == [.drained] })
        #expect(pair.client.text.hasSuffix("xend"))
    }

    @Test("A client that has ended its output receives all of a large answer")
    func halfClosed() throws {
        let pair = try Pair()
        pair.client.send("request")
        pair.client.endOutput()
        #expect(pair.run { pair.read().0 == 0 })
        pair.stream?.write(StreamTests.large)
        pair.stream?.close(discarding: 0)
        #expect(pair.runUntilReceived(\.hasEnded))
        let isWhole = pair.client.received == StreamTests.large
        #expect(isWhole, "received \(pair.client.received.count) bytes")
        #expect(pair.run { pair.events.last == .closed(.finished) })
    }

    @Test("Pending output is delivered before the close although input has ended")
    func endsWhileWriting() throws {
        let pair = try Pair()
        pair.stream?.write(StreamTests.large)
        pair.stream?.close(discarding: 0)
        pair.client.endOutput()
        #expect(pair.runUntilReceived(\.hasEnded))
        let isWhole = pair.client.received == StreamTests.large
        #expect(isWhole, "received \(pair.client.received.count) bytes")
        #expect(pair.run { pair.events == [.drained, .closed(.finished)] })
    }

    @Test("The drained callback may write more and close, and all of it arrives")
    func closesWhenDrained() throws {
        let pair = try Pair()
        pair.onDrained = { [unowned pair] in
            pair.onDrained = {}
            pair.stream?.write(StreamTests.large)
            pair.stream?.close(discarding: 0)
        }
        pair.stream?.write(StreamTests.large)
        #expect(pair.runUntilReceived(\.hasEnded))
        #expect(pair.client.received.count == 2 * StreamTests.large.count)
    }

    @Test("Close waits for the client to close, and discards what it sends meanwhile")
    func lingers() throws {
        let pair = try Pair()
        pair.stream?.write(Array("no".utf8))
        pair.stream?.close(discarding: 1 << 20)
        #expect(pair.runUntilReceived(\.hasEnded))
        #expect(pair.stream?.isOpen == true)
        pair.client.send([UInt8](repeating: 0, count: 100_000))
        pair.client.close()
        #expect(pair.run { pair.events == [.closed(.finished)] })
        #expect(pair.client.text == "no")
    }

    @Test("An answer reaches a client that goes on sending")
    func answersSender() throws {
        let pair = try Pair()
        var sent = pair.client.send(StreamTests.large)
        pair.onReadable = { [unowned pair] in
            pair.stream?.write(Array("too large".utf8))
            pair.stream?.close(discarding: 2 * StreamTests.large.count)
        }
        #expect(
            pair.run {
                sent += pair.client.send(Array(StreamTests.large.dropFirst(sent)))
                return sent == StreamTests.large.count
            })
        #expect(pair.runUntilReceived(\.hasEnded))
        #expect(pair.client.text == "too large")
    }

    @Test("A client that sends more than the discard limit is cut")
    func cutsSender() throws {
        let pair = try Pair()
        pair.stream?.close(discarding: 1000)
        #expect(
            pair.run {
                pair.client.send([UInt8](repeating: 0, count: 1000))
                return pair.events == [.closed(.finished)]
            })
    }

    @Test("A client that sends too much is cut only after pending output has gone out")
    func cutsSenderAfterOutput() throws {
        let pair = try Pair()
        pair.client.send([UInt8](repeating: 0, count: 100_000))
        pair.stream?.write(StreamTests.large)
        pair.stream?.close(discarding: 1000)
        #expect(pair.runUntilReceived { $0.received.count == StreamTests.large.count })
        #expect(pair.run { pair.events == [.drained, .closed(.finished)] })
    }

    @Test("A reset by the client is reported once, and writing after it is harmless")
    func reset() throws {
        let pair = try Pair()
        pair.client.reset()
        #expect(pair.run { !pair.events.isEmpty })
        #expect(pair.events.count == 1)
        guard case .closed(.failed(let code)) = pair.events[0] else {
            Issue.record("not a failure: \(pair.events)")
            return
        }
        #expect(code != 0)
        pair.stream?.write([1])
        pair.stream?.close(discarding: 0)
        #expect(pair.stream?.isOpen == false)
        #expect(pair.events.count == 1)
    }

    @Test("Abort closes at once, and reports no event")
    func aborts() throws {
        let pair = try Pair()
        pair.stream?.abort()
        #expect(pair.runUntilReceived(\.hasEnded))
        #expect(pair.events.isEmpty)
    }

    @Test("A reset sends what the socket takes, and then resets the connection", arguments: [0, 5, 8 << 20])
    func resets(pending: Int) throws {
        let pair = try Pair()
        pair.stream?.write(Array(StreamTests.large.prefix(pending)))
        // The client reads, so the socket has room for more, but the loop does not run and does not see it.
        for _ in 0..<1000 { pair.client.receive() }
        let count = pair.client.received.count
        #expect(count > 0 || pending == 0)
        pair.stream?.reset()
        #expect(pair.stream?.isOpen == false)
        #expect(pair.runUntilReceived(\.wasReset))
        #expect(!pair.client.hasEnded)
        #expect(pending < 8 << 20 ? pair.client.received.count == pending : pair.client.received.count > count)
        #expect(pair.events.isEmpty)
    }

    @Test("Unread input is kept up to a limit, and the rest waits at the client")
    func limitsInput() throws {
        let pair = try Pair()
        var turnsWithoutRoom = 0
        #expect(
            pair.run {
                let hadRoom = pair.client.send([UInt8](repeating: 0, count: 1 << 20)) > 0
                turnsWithoutRoom = hadRoom ? 0 : turnsWithoutRoom + 1
                return turnsWithoutRoom == 20
            })
        let (count, _) = pair.read(1 << 20)
        let largestSingleRead = 16 * 1024
        #expect((1...EventLoop.Stream.inputLimit + largestSingleRead).contains(count ?? 0))
    }
}

/// Writes lines to a descriptor that can be slow: a paused terminal, a pipe without a reader, a full disk. `append`
/// never blocks. A thread of the queue, which starts with the first line, writes and waits. Lines beyond the limit and
/// lines that cannot be written are lost and counted, and one line in their place says how many. The order is kept.
public final class LineQueue: Sendable {
    private struct Contents {
        var waiting: [[UInt8]] = []
        /// The bytes of `waiting`.
        var bytes = 0
        /// The lines after those in `waiting` that exceeded the limit.
        var dropped = 0
        var lost = 0
        var loss: LineLoss?
        var hasThread = false
        var isWriting = false
        var isClosed = false

        var isDue: Bool { !waiting.isEmpty || dropped > 0 || isClosed }
        var isDone: Bool { !hasThread || !isClosed && !isDue && !isWriting }
    }

    private let contents = Locked(Contents())
    private let sink: LineSink
    private let limit: Int

    /// Does not take over the descriptor: its owner closes it once `wait` has returned true after `close`.
    /// - Parameters:
    ///   - limit: the most bytes that wait. As many again can be in the process of writing, and when nothing waits one
    ///     piece of any size is accepted.
    ///   - isOwnFile: whether no other writer uses the file, so that half a line can be cut off again.
    ///   - notice: makes the line that is written instead of missing lines, with its line feed. It is called on the
    ///     queue's thread.
    public init(
        _ descriptor: Int32, limit: Int, isOwnFile: Bool = false,
        notice: @escaping @Sendable (_ missing: Int, _ why: LineLoss) -> [UInt8]
    ) {
        sink = LineSink(descriptor, isOwnFile: isOwnFile, notice: notice)
        self.limit = limit
    }

    /// Adds a piece of whole lines, each with its line feed. Returns at once. Once a piece exceeded the limit, later
    /// ones are lost too until the waiting pieces are taken for writing: so the notice is written where the lines are
    /// missing.
    public func append(_ lines: [UInt8]) {
        contents.change {
            let fits = $0.waiting.isEmpty || $0.bytes + lines.count <= limit
            guard !$0.isClosed, startThread(&$0), $0.dropped == 0, fits else {
                let count = LineSink.count(lines[...])
                $0.dropped += count
                $0.lost += count
                $0.loss = $0.loss ?? .full
                return
            }
            $0.waiting.append(lines)
            $0.bytes += lines.count
        }
    }

    /// How many lines are lost so far, and why; `why` is nil when notices were written for all of them.
    public var losses: (lines: Int, why: LineLoss?) { contents.withLock { ($0.lost, $0.loss) } }

    /// Accepts no more lines. The thread ends when the last one is written.
    public func close() { contents.change { $0.isClosed = true } }

    /// Waits until all lines are written or lost, and after `close` for the end of the thread.
    /// - Returns: false when the deadline passes first.
    public func wait(by deadline: Instant) -> Bool {
        contents.change(once: \.isDone, by: deadline) { $0.isDone }
    }

    /// Starts the thread if it does not run. Returns false when the system cannot make one; the next line tries again.
    private func startThread(_ contents: inout Contents) -> Bool {
        if !contents.hasThread { contents.hasThread = Background.run(run) }
        return contents.hasThread
    }

    private func run() {
        var sink = sink
        while true {
            let taken = contents.change(once: \.isDue) { contents in
                defer {
                    contents.waiting = []
                    contents.bytes = 0
                    contents.dropped = 0
                    contents.isWriting = true
                }
                return contents
            }
            var lost = 0
            for piece in taken.waiting { lost += sink.write(piece) }
            if taken.dropped > 0 { sink.miss(taken.dropped) }
            // After a failure the notice is written with the next line, when the disk can have room again.
            if taken.dropped > 0 || taken.isClosed { sink.reportMissing() }
            contents.change {
                $0.lost += lost
                $0.loss = sink.missing > 0 ? sink.loss : $0.dropped > 0 ? .full : nil
                $0.isWriting = false
                $0.hasThread = !taken.isClosed
            }
            if taken.isClosed { return }
        }
    }
}

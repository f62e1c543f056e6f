/// Lines on their way to a descriptor that may take its time: a terminal that is paused, a pipe that nobody reads, a full
/// disk. `append` never waits. A thread of the queue writes; it is there from the first line on, and waits as long as it has
/// to. Lines that find no room and lines that cannot be written are lost and counted, and a line in their place tells how
/// many. The order is kept.
public final class LineQueue: Sendable {
    private struct Contents {
        var waiting: [[UInt8]] = []
        /// Of what waits.
        var bytes = 0
        /// Lines that came after what waits and found no room.
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

    /// The descriptor stays its owner's, who closes it when `wait` has returned true after `close`.
    /// - Parameters:
    ///   - limit: Bytes that may wait. As many may be on their way beside them, and where nothing waits one piece of any size
    ///     is taken.
    ///   - isOwnFile: Nobody else writes to the file, so half a line may be cut off again.
    ///   - notice: The line that stands for lines that are missing, with its end. It is called on the queue's thread.
    public init(
        _ descriptor: Int32, limit: Int, isOwnFile: Bool = false,
        notice: @escaping @Sendable (_ missing: Int, _ why: LineLoss) -> [UInt8]
    ) {
        sink = LineSink(descriptor, isOwnFile: isOwnFile, notice: notice)
        self.limit = limit
    }

    /// Takes a piece of whole lines, each with its end. Returns at once. Once a piece found no room, those after it are lost
    /// too, until the ones before are on their way: so the line that tells of it stands where they are missing.
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

    /// How many lines are lost so far, and why some are that no line tells of yet; nil: all are told of.
    public var losses: (lines: Int, why: LineLoss?) { contents.withLock { ($0.lost, $0.loss) } }

    /// Takes no more lines. The thread ends when the last is written.
    public func close() { contents.change { $0.isClosed = true } }

    /// Waits until all is written, or lost, and after `close` for the end of the thread.
    /// - Returns: false where that was not so by the deadline.
    public func wait(by deadline: Instant) -> Bool {
        contents.change(once: \.isDone, by: deadline) { $0.isDone }
    }

    /// False where the system has no thread; the next line asks again.
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
            // After a failure it is told with the next line, which may find the disk with room again.
            if taken.dropped > 0 || taken.isClosed { sink.tell() }
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

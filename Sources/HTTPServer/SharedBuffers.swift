import HTTP

/// Memory that all connections share: each uses it only within one call.
final class SharedBuffers {
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 1)
    private var output: [UInt8] = []
    private var date = HTTPDate()

    /// `output` releases its memory when it has more bytes than this.
    private static let keptOutput = 64 * 1024

    deinit { input.deallocate() }

    /// Lends memory for output, without content; give it back.
    func takeOutput() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &output)
        return taken
    }

    /// Takes the memory back.
    func giveBack(_ memory: inout [UInt8]) {
        memory.removeAll(keepingCapacity: memory.capacity <= SharedBuffers.keptOutput)
        swap(&memory, &output)
    }

    /// The time for the Date field of an answer.
    func dateText() -> String { date.now() }
}

/// Bytes that a stream has received and that its owner has not read: those of the present event, in memory that all
/// streams of the loop use, and older ones.
final class UnreadInput {
    private var older: [UInt8] = []
    /// How many of `older` were read.
    private var start = 0
    private var arrived = UnsafeRawBufferPointer(start: nil, count: 0)

    var count: Int { older.count - start + arrived.count }

    /// Forgets everything.
    func clear() {
        (older, start) = ([], 0)
        arrived = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Takes the bytes of an event; call `keep` before their memory is used again.
    func arrive(_ bytes: UnsafeRawBufferPointer) { arrived = bytes }

    /// Copies the bytes of the event that were not read.
    func keep() {
        guard !arrived.isEmpty else { return }
        older.removeSubrange(..<start)
        start = 0
        older += arrived
        arrived = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Moves the first bytes to `room`. Returns how many.
    func take(into room: UnsafeMutableRawBufferPointer) -> Int {
        guard start < older.count else {
            let count = min(room.count, arrived.count)
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: arrived[..<count]))
            arrived = UnsafeRawBufferPointer(rebasing: arrived[count...])
            return count
        }
        let count = min(room.count, older.count - start)
        older.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
        start += count
        if start == older.count { (older, start) = ([], 0) }
        return count
    }
}

import HTTP

/// How faults change the steps of an answer. Places are counted in bytes of the body, however many steps the body is
/// split into.
extension Delivery {
    /// Inserts steps after the head and `count` bytes of the body, or after the last byte when the body is shorter.
    mutating func insert(_ new: [Step], afterBytes count: Int) {
        // The head is sent with the first part, even an empty one.
        let new = count == 0 ? [.bytes([])] + new : new
        var left = count
        for (index, step) in steps.enumerated() {
            guard case .bytes(let bytes) = step else { continue }
            if left < bytes.count {
                let parts = [.bytes(Array(bytes[..<left]))] + new + [.bytes(Array(bytes[left...]))]
                steps.replaceSubrange(index...index, with: left == 0 ? new + [step] : parts)
                return
            }
            left -= bytes.count
        }
        steps += new
    }

    /// The bytes of the first `count` events of the stream; comments are not events. When there are fewer events, the
    /// bytes of the whole body.
    func length(ofEvents count: Int) -> Int {
        var left = count
        var start = 0
        let body = body
        while left > 0, let end = Delivery.end(ofBlockAt: start, in: body) {
            if body[start] != UInt8(ascii: ":") { left -= 1 }
            start = end
        }
        return left > 0 ? body.count : start
    }

    /// The offset of a point in the body, in bytes.
    func offset(of point: Fault.Point) -> Int {
        switch point {
        case .start: return 0
        case .bytes(let count): return count ?? body.count / 2
        case .events(let count): return length(ofEvents: count)
        case .withinEvent(let count):
            let start = length(ofEvents: count)
            return start + (length(ofEvents: count + 1) - start) / 2
        }
    }

    /// Replaces each event of a stream, numbered from 1, by the steps that `change` returns; nil keeps the event. Steps
    /// that are not events stay.
    mutating func changeEvents(_ change: (_ number: Int, _ name: String, _ data: [UInt8]) -> [Step]?) {
        var number = 0
        steps = steps.flatMap { step -> [Step] in
            guard case .bytes(let bytes) = step, let event = EventStream.parse(bytes) else { return [step] }
            number += 1
            return change(number, event.name, event.data) ?? [step]
        }
    }

    /// The number of events in the stream.
    var eventCount: Int {
        steps.reduce(0) { if case .bytes(let bytes) = $1, EventStream.parse(bytes) != nil { $0 + 1 } else { $0 } }
    }

    /// Replaces the body; the new one begins where the old one began.
    mutating func replaceBody(_ body: [Step]) {
        let start = steps.prefix { if case .bytes = $0 { false } else { true } }
        steps = start + body
    }

    /// The most parts that a fault adds to an answer.
    static let cutLimit = 5_000

    /// Splits the body into parts of at most `size` bytes, with a pause before each but the first. Parts are larger
    /// when there would be more than `cutLimit`.
    mutating func drip(_ size: Int, _ pause: () -> [Step]) {
        let size = max(size, (bodyCount + Self.cutLimit - 1) / Self.cutLimit)
        var isFirst = true
        steps = steps.flatMap { step -> [Step] in
            guard case .bytes(let bytes) = step else { return [step] }
            return stride(from: 0, to: bytes.count, by: size).flatMap { start -> [Step] in
                defer { isFirst = false }
                let part = Step.bytes(Array(bytes[start..<min(start + size, bytes.count)]))
                return isFirst ? [part] : pause() + [part]
            }
        }
    }

    /// The length of the body in bytes.
    var bodyCount: Int { steps.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } } }

    /// Splits bytes so that a part ends inside each character outside ASCII.
    /// - Parameter left: how many more characters can be split; those after them stay whole.
    static func splitCharacters(_ bytes: [UInt8], _ left: inout Int) -> [Step] {
        var steps: [Step] = []
        var start = 0
        for index in bytes.indices where bytes[index] >= 0xC0 && index + 1 < bytes.count {
            guard left > 0 else { break }
            left -= 1
            steps += [.bytes(Array(bytes[start...index])), .wait(.zero)]
            start = index + 1
        }
        return steps + [.bytes(Array(bytes[start...]))]
    }

    private static func end(ofBlockAt start: Int, in body: [UInt8]) -> Int? {
        let feed = UInt8(ascii: "\n")
        var index = start
        while index + 1 < body.count {
            if body[index] == feed, body[index + 1] == feed { return index + 2 }
            index += 1
        }
        return nil
    }
}

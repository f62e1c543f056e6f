import HTTP

/// What faults do to the steps of an answer. Places are counted in bytes of the body, so that it does not matter how many
/// steps the bytes stand in.
extension Delivery {
    /// Puts steps where the head and so many bytes of the body have gone out; behind its last byte where it has fewer.
    mutating func insert(_ new: [Step], afterBytes count: Int) {
        // The head goes out with the first part, be it empty.
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

    /// How many bytes so many whole events of the stream have; comments are none. All there are where it has fewer.
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

    /// Where in the body that is.
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

    /// Has each event of a stream, told by its number from 1, become what `change` makes of it; what is no event stays.
    mutating func changeEvents(_ change: (_ number: Int, _ name: String, _ data: [UInt8]) -> [Step]?) {
        var number = 0
        steps = steps.flatMap { step -> [Step] in
            guard case .bytes(let bytes) = step, let event = EventStream.parse(bytes) else { return [step] }
            number += 1
            return change(number, event.name, event.data) ?? [step]
        }
    }

    /// How many events the stream has.
    var eventCount: Int {
        steps.reduce(0) { if case .bytes(let bytes) = $1, EventStream.parse(bytes) != nil { $0 + 1 } else { $0 } }
    }

    /// Has another body, in one part, in the place where its own began.
    mutating func replaceBody(_ body: [Step]) {
        let start = steps.prefix { if case .bytes = $0 { false } else { true } }
        steps = start + body
    }

    /// Parts into which a fault cuts an answer at most, besides those that it has.
    static let cutLimit = 5_000

    /// Has parts of more than so many bytes go out in several, with a pause before each but the very first. Of a body that
    /// would so have too many parts, each is larger.
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

    /// How long the body is.
    var bodyCount: Int { steps.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } } }

    /// The bytes in parts that end inside each character outside ASCII.
    /// - Parameter left: how many may still be cut; what is behind them stays whole.
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

/// The latest elements, up to a limit.
struct Ring<Element> {
    private var slots: [Element?] = []
    private var first = 0
    private(set) var count = 0

    /// Appends an element. Returns the oldest when there would be more than `limit`.
    mutating func append(_ element: Element, limit: Int) -> Element? {
        guard limit > 0 else { return element }
        let left = count >= limit ? removeFirst() : nil
        if count == slots.count {
            if first > 0 {
                slots = Array(slots[first...] + slots[..<first])
                first = 0
            }
            slots.append(element)
        } else {
            slots[(first + count) % slots.count] = element
        }
        count += 1
        return left
    }

    mutating func removeFirst() -> Element? {
        guard count > 0 else { return nil }
        defer {
            slots[first] = nil
            first = (first + 1) % slots.count
            count -= 1
        }
        return slots[first]
    }

    var oldest: Element? { count > 0 ? slots[first] : nil }

    var newest: Element? { count > 0 ? slots[(first + count - 1) % slots.count] : nil }

    /// Oldest first.
    var all: [Element] { elements(in: 0..<count) }

    /// Those at these places, of which 0 is the oldest's.
    func elements(in places: Range<Int>) -> [Element] {
        places.clamped(to: 0..<count).compactMap { slots[(first + $0) % slots.count] }
    }

    /// The first place whose element meets the condition, which holds for all elements after it too; `count` when none
    /// does.
    func firstPlace(where condition: (Element) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if slots[(first + middle) % slots.count].map(condition) ?? true {
                range = range.lowerBound..<middle
            } else {
                range = middle + 1..<range.upperBound
            }
        }
        return range.lowerBound
    }
}

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

    /// Oldest first.
    var all: [Element] { (0..<count).compactMap { slots[(first + $0) % slots.count] } }
}

/// Bounds the memory that all sandboxes together keep for explanations and for reports on rates: the turns answered last
/// and the arrivals of requests. Each sandbox has bounds of its own for both.
struct KeptMemory {
    /// The most bytes of all sandboxes together, and `step` more.
    let limit: Int
    /// The sandboxes are looked at each time that so many bytes were added, because that takes long where there are
    /// many.
    let step: Int
    private var added = 0

    init(limit: Int = 128 << 20, step: Int = 8 << 20) { (self.limit, self.step) = (limit, step) }

    /// Notes that a sandbox keeps so many bytes more.
    mutating func add(_ bytes: Int) { added += bytes }

    /// If the sandboxes keep too much, those that keep most of it drop the older half: all with at least half of the
    /// average, which together keep half of everything or more.
    mutating func tidy(_ sandboxes: () -> [Sandbox]) {
        guard added >= step else { return }
        added = 0
        let sandboxes = sandboxes()
        let total = sandboxes.reduce(0) { $0 + $1.keptBytes }
        guard total > limit else { return }
        for sandbox in sandboxes where 2 * sandbox.keptBytes * sandboxes.count >= total { sandbox.dropOlderHalf() }
    }
}

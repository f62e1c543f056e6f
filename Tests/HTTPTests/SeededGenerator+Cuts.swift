import Support

extension SeededGenerator {
    /// Up to 20 places to cut `count` bytes at, in order.
    mutating func cuts(of count: Int) -> [Int] {
        let number = Int.random(in: 1...20, using: &self)
        return (0..<number).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
    }
}

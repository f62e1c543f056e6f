import Support

extension SeededGenerator {
    /// Up to 20 places to cut `count` bytes at, in order.
    mutating func cuts(of count: Int) -> [Int] {
        let number = Int.random(in: 1...20, using: &self)
        return (0..<number).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
    }

    /// Changes, drops or inserts one byte, with a liking for those that mean something.
    mutating func damage(_ input: inout [UInt8]) {
        let telling = Array("\r\n\t\0 :;,?#/*09aF-=&%+\"\\\u{7F}".utf8) + [0x80, 0xFF]
        let index = Int.random(in: 0..<input.count, using: &self)
        let byte = telling.randomElement(using: &self) ?? 0
        switch Int.random(in: 0..<3, using: &self) {
        case 0: input[index] = byte
        case 1 where input.count > 1: input.remove(at: index)
        default: input.insert(byte, at: index)
        }
    }
}

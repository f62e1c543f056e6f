import Support
import Testing

@testable import Journal

@Suite("The ring of latest elements")
struct RingTests {
    @Test("the oldest elements leave a full ring first", arguments: [0, 1, 2, 3, 7, 100])
    func limit(_ limit: Int) {
        var ring = Ring<Int>()
        var left: [Int] = []
        for number in 0..<20 { ring.append(number, limit: limit).map { left.append($0) } }
        #expect(ring.all == Array((0..<20).suffix(limit)))
        #expect(left == Array((0..<20).dropLast(limit)))
        #expect(ring.count == min(limit, 20))
        #expect(ring.oldest == ring.all.first)
    }

    @Test("a ring behaves like a list, whatever is appended and removed")
    func model() {
        var generator = SeededGenerator(seed: 1)
        for limit in 1...8 {
            var ring = Ring<Int>()
            var model: [Int] = []
            for number in 0..<500 {
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    let removed = ring.removeFirst()
                    #expect(removed == model.first)
                    model = Array(model.dropFirst())
                } else {
                    let left = ring.append(number, limit: limit)
                    model.append(number)
                    #expect(left == (model.count > limit ? model[0] : nil))
                    model = model.suffix(limit)
                }
                #expect(ring.all == model)
                #expect(ring.newest == model.last)
                #expect(ring.elements(in: 1..<4) == Array(model.dropFirst().prefix(3)))
                #expect(ring.firstPlace { $0 > number - 2 } == model.count { $0 <= number - 2 })
            }
        }
    }
}

@Suite("Repeated requests")
struct RepeatsTests {
    private func print(_ texts: String..., body: [UInt8] = []) -> Fingerprint {
        var print = Fingerprint()
        for text in texts { print.add(text) }
        print.add(body)
        return print
    }

    @Test("a fingerprint is the same in every process")
    func stable() {
        #expect(print("POST", "/a/long/enough/path", body: Array("body".utf8)).value == 3_536_492_396_413_111_004)
    }

    @Test("texts that are split elsewhere or differ in a byte have another fingerprint")
    func distinct() {
        let prints = [
            print("ab", "c"), print("a", "bc"), print("abc"), print("abc", ""), print("", "abc"), print("12345678"),
            print("12345678", ""), print("123456789"), print("1234567"), print("12345679"), print(), print(""),
            print(body: [0]), print(body: [0, 0]), print(body: [UInt8](repeating: 0, count: 8)),
            print(body: [UInt8](repeating: 0, count: 9)),
        ]
        #expect(Set(prints.map(\.value)).count == prints.count)
    }

    @Test("the last 2048 fingerprints are remembered, and at most as many more")
    func bounded() {
        var repeats = Repeats()
        func known(_ numbers: Range<Int>) -> Int { numbers.count { repeats.isRepeated(print("\($0)")) } }
        #expect(known(0..<2048) == 0)
        #expect(known(0..<1) == 1)
        #expect(known(2048..<4096) == 0)
        #expect(known(0..<1) == 0)
    }
}

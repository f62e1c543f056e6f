import Testing

@testable import Text

@Suite struct WordsTests {
    /// The words of a text; `|` is a breach between two letters of scripts without spaces.
    private func words(_ text: String) -> [String] {
        list(Words(scalars: Folding.scalars(of: text)))
    }

    private func list(_ words: Words) -> [String] {
        words.bytes.split(separator: Words.end).map {
            $0.first == Words.breach ? "|" : String(decoding: $0, as: UTF8.self)
        }
    }

    static let table: [(String, [String])] = [
        // Nothing there
        ("", []), ("  \t\n", []), ("?! … —", []), ("'", []), ("’’", []), ("\u{200B}\u{FEFF}", []),
        // Letters and digits
        ("Hello", ["hello"]), ("  two   words ", ["two", "words"]), ("a1 2b 42", ["a1", "2b", "42"]),
        ("well-known", ["well", "known"]), ("snake_case", ["snake", "case"]), ("a.b,c;d/e", ["a", "b", "c", "d", "e"]),
        ("3.14", ["3", "14"]), ("x² ①", ["x²", "①"]), ("100%€", ["100"]), ("٤٢ ๑๒", ["٤٢", "๑๒"]),
        // Apostrophes
        ("don't", ["don't"]), ("don’t", ["don't"]), ("'quoted'", ["quoted"]), ("‘quoted’", ["quoted"]),
        ("rock 'n' roll", ["rock", "n", "roll"]), ("dogs' ones", ["dogs", "ones"]), ("o''clock", ["o", "clock"]),
        ("l'été", ["l'ete"]), ("5'10", ["5'10"]), ("a' b", ["a", "b"]), ("'", []), ("fish'n'chips", ["fish'n'chips"]),
        ("п'ять", ["п'ять"]), ("中'a", ["中", "a"]), ("don'🔥", ["don", "🔥"]),
        // Format characters are as if they were not there
        ("in\u{AD}visible", ["invisible"]), ("می\u{200C}خواهم", ["میخواهم"]), ("\u{200F}שלום\u{200E}", ["שלום"]),
        // Scripts with spaces
        ("Привет, мир!", ["привет", "мир"]), ("Γειά σου;", ["γεια", "σου"]), ("هل عندك خبز؟", ["هل", "عندك", "خبز"]),
        ("יש לך לחם?", ["יש", "לך", "לחם"]), ("मुझे रोटी चाहिए।", ["मुझे", "रोटी", "चाहिए"]),
        ("cà phê sữa đá", ["ca", "phe", "sua", "đa"]),
        // Scripts without: each letter, with its marks
        ("面包。好", ["面", "包", "|", "好"]), ("买bread了", ["买", "bread", "了"]), ("買 bread", ["買", "bread"]),
        ("あ・い", ["あ", "|", "い"]), ("コーヒー", ["コ", "ー", "ヒ", "ー"]), ("人々", ["人", "々"]),
        ("ｶﾞｶ", ["ｶﾞ", "ｶ"]), ("น้ำ", ["น้", "ำ"]), ("葛\u{E0100}城", ["葛", "城"]), ("3日", ["3", "日"]),
        ("〇", ["〇"]),
        // Emoji
        ("🔥", ["🔥"]), ("hot🔥🔥!", ["hot", "🔥", "🔥"]), ("👍🏽👍", ["👍🏽", "👍"]), ("👨‍👩‍👧 x", ["👨‍👩‍👧", "x"]),
        ("🇫🇷🇩🇪", ["🇫🇷", "🇩🇪"]), ("🇫🇷🇩", ["🇫🇷", "🇩"]), ("1️⃣2", ["1\u{20E3}", "2"]), ("#\u{20E3}", ["#\u{20E3}"]),
        ("❤️❤", ["❤", "❤"]), ("❤️‍🔥", ["❤\u{200D}🔥"]), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿a", ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", "a"]), ("☺︎", ["☺"]),
        ("🔥\u{200D}a", ["🔥", "a"]), ("a™ b©", ["a", "b"]), ("a™️", ["a", "™"]), ("‼ ↔", []), ("👩🏽‍🚒", ["👩🏽‍🚒"]),
        ("🏽", ["🏽"]), ("a\u{20E3}", ["a\u{20E3}"]),
    ]

    @Test("a text is split into these words", arguments: table)
    func split(text: String, expected: [String]) {
        let normal = expected.map { String(decoding: Folding.fold($0), as: UTF8.self) }
        // Compared by scalars: the standard library holds some different texts for equal.
        #expect(words(text).map { Array($0.unicodeScalars) } == normal.map { Array($0.unicodeScalars) })
        #expect(Words(scalars: Folding.scalars(of: text)).isEmpty == expected.isEmpty)
    }

    @Test("hangul words are not split into jamo")
    func hangul() {
        #expect(words("빵을 주세요").map { Array($0.utf8) } == [Folding.fold("빵을"), Folding.fold("주세요")])
    }

    @Test("the fast path for ASCII gives the same words", arguments: UInt64(1)...4)
    func shortWay(seed: UInt64) throws {
        var state = seed
        for length in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<length % 40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let index = Int(state >> 33)
                bytes.append(index % 3 == 0 ? Array("'' ab".utf8)[index / 3 % 5] : UInt8(index / 3 % 128))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let ascii = try #require(Folding.asciiLowercased(text))
            #expect(Words(ascii: ascii) == Words(scalars: Folding.scalars(of: text)), "\(bytes)")
        }
    }

    @Test("a line of a million bytes is split completely", arguments: ["word ", "mot’é ", "面", "🔥"])
    func longLine(piece: String) {
        let count = 1_000_000 / piece.utf8.count
        let line = Line(String(repeating: piece, count: count))
        #expect(line.words.bytes.count { $0 == Words.end } == count + 1)
    }
}

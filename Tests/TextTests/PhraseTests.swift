import Testing
import Text

@Suite struct PhraseTests {
    struct Case: Sendable {
        let phrase: String
        let line: String

        init(_ phrase: String, _ line: String) {
            (self.phrase, self.line) = (phrase, line)
        }
    }

    static let occurring = [
        // Whole words, whatever the case, the accents and the punctuation
        Case("rare", "I heard you have something rare for sale."), Case("rare", "RARE"), Case("Rare!", "…rare?"),
        Case("cafe", "Un café, s'il vous plaît"), Case("café", "CAFE"), Case("cafe\u{301}", "caf\u{E9}"),
        Case("42", "it is 42."), Case("known", "well-known"), Case("case", "snake_case"),
        // Phrases
        Case("keep it", "I'd keep it"), Case("keep it", "keep,  it"), Case("keep it", "keep\nit"),
        Case("well-known", "well known"), Case("well known", "a well-known baker"), Case("a b", "a a b"),
        Case("a b a c", "a b a b a c"), Case("not sure", "not… SURE!"),
        // Prefixes
        Case("bak*", "I love baking"), Case("bak*", "bak"), Case("Bak*", "a BAKERY"),
        Case("want to b*", "I want to be"), Case("가*", "각"), Case("crè*", "creme"), Case("bak* ", "bakery"),
        Case("don't*", "don’t"),
        // Apostrophes
        Case("don't", "I don’t know"), Case("don’t", "I don't know"), Case("quoted", "he said 'quoted'"),
        Case("'quoted'", "quoted"),
        // Greek, Cyrillic, Turkish, Vietnamese
        Case("ΟΔΟΣ", "η οδός"), Case("οδος", "Η ΟΔΌΣ"), Case("ёлка", "ЕЛКА!"), Case("хлеб*", "Дай хлеба"),
        Case("istanbul", "İSTANBUL'a gidelim, İstanbul"), Case("İstanbul", "istanbul"),
        Case("tieng viet", "Tiếng Việt"), Case("tiếng việt", "tie\u{302}\u{301}ng vie\u{323}\u{302}t"),
        // Hindi, Arabic, Hebrew
        Case("रोटी", "मुझे रोटी चाहिए।"), Case("लड़क*", "वह लड़की है"), Case("\u{915}\u{93C}", "\u{958}"),
        Case("خبز", "هل عندك خبز؟"), Case("לחם", "יש לך לחם?"),
        // Scripts without spaces: inside runs
        Case("面包", "我想买面包。"), Case("面", "面包"), Case("包", "面包"), Case("我想 面包", "我想面包"),
        Case("我想 面包", "我想，面包"), Case("买bread", "我买 bread 了"), Case("bread", "我买bread了"), Case("日", "3日"),
        Case("パン", "パンをください"), Case("コーヒー", "熱いコーヒー"), Case("ください", "パンをください！"),
        Case("か*", "が"), Case("我 你 他", "我你，他"), Case("我 你", "我，我你"),
        Case("กาแฟ", "ผมอยากกินกาแฟร้อน"), Case("ขอบคุณ ครับ", "ขอบคุณครับ"), Case("ກາເຟ", "ຂ້ອຍຢາກກິນກາເຟ"),
        Case("កាហ្វេ", "ខ្ញុំចង់បានកាហ្វេ"), Case("ကော်ဖီ", "ကျွန်တော်ကော်ဖီလိုချင်တယ်"),
        // Korean, composed and decomposed
        Case("빵", "빵 주세요"), Case("빵", "\u{1108}\u{1161}\u{11BC}!"), Case("빵*", "빵을 주세요"),
        Case("감사 합니다", "감사, 합니다"),
        // Emoji
        Case("🔥", "hot🔥"), Case("🔥🔥", "🔥 🔥 🔥"), Case("hot🔥", "so hot 🔥"), Case("❤️", "I ❤ you"), Case("❤", "❤️"),
        Case("👍🏽", "👍🏽!"), Case("👍*", "👍🏽"), Case("👨‍👩‍👧", "us: 👨‍👩‍👧."), Case("🇩🇪", "🇫🇷🇩🇪"), Case("1️⃣", "press 1\u{20E3}"),
        Case("*️⃣", "*️⃣"),
    ]

    static let absent = [
        Case("rare", ""), Case("rare", "  "), Case("rare", "rarely"), Case("rare", "unrare"), Case("rare", "ra re"),
        Case("rare", "'"), Case("keep it", "keep"), Case("keep it", "keep item"), Case("keep it", "upkeep it"),
        Case("keep it", "it keep"), Case("keep it", "keep hold of it"), Case("a b", "ab"),
        Case("wellknown", "well-known"), Case("bak*", "rebake"), Case("bak*", "ba k"), Case("want to b*", "want to"),
        Case("want to b*", "want too be"),
        Case("dont", "don't"), Case("don", "don't"), Case("t", "don’t"), Case("4", "42"), Case("2", "x2"),
        Case("strasse", "straße"), Case("isparta", "ısparta"), Case("d", "đ"), Case("хлеб", "хлеба"),
        Case("लड", "लड़की"), Case("क", "कि"), Case("خب", "خبز"),
        Case("面包", "面。包"), Case("面包", "面 包"), Case("包面", "面包"), Case("かか", "がか"), Case("ハン", "パン"),
        Case("バン", "パン"), Case("ｶ", "ｶﾞ"), Case("ด", "ดี"), Case("我 你 他", "我你，她"), Case("我 你", "我bread你"),
        Case("빵", "빵을"), Case("가", "각"),
        Case("👍", "👍🏽"), Case("👩", "👨‍👩‍👧"), Case("👨", "👨‍👩‍👧"), Case("🇷🇩", "🇫🇷🇩🇪"), Case("1", "1️⃣"), Case("1️⃣", "1"),
        Case("❤️", "❤️‍🔥"), Case("🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"), Case("🔥🔥", "🔥 and 🔥"), Case("™️", "a™"),
    ]

    @Test("a phrase occurs in the line", arguments: occurring)
    func occurs(_ item: Case) throws {
        #expect(try #require(Phrase(item.phrase)).occurs(in: Line(item.line)))
    }

    @Test("a phrase does not occur in the line", arguments: absent)
    func occursNot(_ item: Case) throws {
        #expect(try !#require(Phrase(item.phrase)).occurs(in: Line(item.line)))
    }

    @Test(
        "a text without words, or with a star in a wrong place, is no phrase",
        arguments: [
            "", " ", "?!", "'", "™", "\u{200D}", "*", "* a", "a *", "*bak", "b*k", "bak**", "bak*!", "a* b", "a* b*",
            "don'*", "面。*",
        ])
    func refused(text: String) {
        #expect(Phrase(text) == nil)
    }

    @Test(
        "a phrase prints its folded words, which make the same phrase again", arguments: occurring + absent)
    func description(_ item: Case) throws {
        for text in [item.phrase, item.line] {
            guard let phrase = Phrase(text) else { continue }
            #expect(Phrase(phrase.description) == phrase, "\(phrase)")
        }
    }

    @Test(
        "a phrase prints a space between words, and none between letters of scripts without spaces",
        arguments: [
            ("Gold*", "gold*"), ("Keep, it!", "keep it"), ("Café", "cafe"), ("don’t", "don't"), ("我想 面包", "我想 面包"),
            ("买bread", "买 bread"), ("hot🔥🔥", "hot 🔥 🔥"), ("™️ a", "™️ a"),
        ])
    func words(_ text: String, _ told: String) throws {
        #expect(try #require(Phrase(text)).description == told)
    }

    @Test("phrases of the same words are the same")
    func equality() {
        #expect(Phrase("Keep it!") == Phrase("keep, it"))
        #expect(Phrase("keep it") != Phrase("keep it*"))
        #expect(Phrase("我想面包") != Phrase("我想 面包"))
    }

    @Test(
        "a phrase is found at the end of a very long line, and a missing one is not",
        arguments: ["word ", "mot é ", "面"])
    func longLine(piece: String) throws {
        let line = Line(String(repeating: piece, count: 100_000) + "the end")
        #expect(try #require(Phrase("the end")).occurs(in: line))
        #expect(try !#require(Phrase("the end of it")).occurs(in: line))
    }
}

import Crypto
import Dialogue
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

@testable import Emulator

@Suite("A sandbox's row")
struct SandboxRowTests {
    private static func sandbox(_ key: String = "pk_test_a", limits: RateLimits? = nil) throws -> (World, Sandbox) {
        let world = try World(limits: limits)
        let sandbox = try world.account(key).sandbox
        _ = world.emulator.endBatch(failed: false)
        return (world, sandbox)
    }

    /// A sandbox in which there is something of every kind.
    private static func used() throws -> (World, Sandbox) {
        let (world, sandbox) = try Self.sandbox(limits: RateLimits(messagesPerMinute: 1))
        world.emulator.set(
            SandboxClock(.frozen(world.clock.now), autoAdvance: 5, retryAfterScale: 0.5), in: sandbox)
        world.emulator.set(RateLimits(messagesPerMinute: 2, otherPerMinute: 9), in: sandbox)
        _ = try world.emulator.add(Fault(#"{"kind":"status","status":503,"nth":99}"#), in: sandbox)
        try world.script(#"{"player":"sam","steps":[{"reply":"One."},{"error":503}]}"#)
        let play = try world.play()
        try play.begin()
        try play.say("hello")
        for _ in 1...3 {
            let account = try world.emulator.account(named: "pk_test_a")
            _ = try? world.emulator.admit(Call(request: World.request), as: account, caller: "pk_live_x", .message)
        }
        #expect(sandbox.isFirstDelivery(of: "hello", from: play.play.key))
        _ = world.emulator.endBatch(failed: false)
        return (world, sandbox)
    }

    @Test("a sandbox in which nothing was set or counted has an empty row, with and without magic words")
    func empty() throws {
        for key in ["pk_test_a", "pk_test_a+flaky+slow"] {
            #expect(try Self.sandbox(key).1.kept == SandboxRow(counted: key == "pk_test_a" ? [] : Self.met))
        }
        let (world, sandbox) = try Self.used()
        try sandbox.restore(from: SandboxRow())
        #expect(sandbox.kept == SandboxRow())
        #expect(sandbox.isBlank)
        #expect(world.emulator.faults(in: sandbox).isEmpty)
    }

    /// What the magic words' faults have counted of one request.
    private static let met = Array(
        #"{"limits":null,"messages":{},"other":{},"waits":{},"faults":[[0,1,0],[0,1,0],[0,0,0]],"scripts":[],"deliveries":""}"#
            .utf8)

    @Test("a row has all that was set and counted, and no caller's key")
    func whole() throws {
        let (_, sandbox) = try Self.used()
        let row = sandbox.kept
        #expect(!row.settings.isEmpty)
        let set = try JSONReader.read(row.set)
        #expect(set["limits"]?["messages_per_minute"]?.integer == 2)
        #expect(set["faults"]?["made"]?.integer == 1)
        #expect(set["scripts"]?["all"]?.array?.first?["script"]?["player"]?.string == "sam")
        let counted = try JSONReader.read(row.counted)
        #expect(counted["messages"]?.members?.map(\.key) == [CallerDigest.of("pk_live_x").text])
        #expect(counted["other"]?.members?.map(\.key) == [CallerDigest.of("pk_test_a").text])
        #expect(counted["waits"]?.members?.map(\.key) == [CallerDigest.of("pk_live_x").text])
        #expect((counted["faults"]?.array?.first?.array?[1].integer ?? 0) > 0)
        #expect(counted["scripts"]?.array?.compactMap(\.integer) == [1])
        #expect(counted["deliveries"]?.string?.utf8.count == 44)
        for text in [Array(row.settings.utf8), row.set, row.counted] {
            #expect(!String(decoding: text, as: UTF8.self).contains("pk_"))
        }
    }

    // MARK: - Damage

    private static let damage: [(from: String, to: String, message: String)] = [
        (#"{"clock":"#, #"{"clok":"#, "the settings"), (#""auto_advance":5"#, #""auto_advance":-5"#, "auto_advance"),
        (#""limits":{"messages_per_minute":2"#, #""limits":{"messages_per_minute":0"#, "limits.messages_per_minute"),
        (#""faults":{"#, #""fault":{"#, "faults"), (#""made":1"#, #""made":0"#, "rising numbers"),
        (#""made":1"#, #""made":-1"#, "faults.made"), (#"{"number":1,"#, #"{"number":2,"#, "rising numbers"),
        (#""kind":"status""#, #""kind":"statu""#, #"faults.all[0].fault: is no fault, because of its "kind""#),
        (#""nth":99"#, #""nht":99"#, "faults.all[0].fault: is no fault"),
        (#""error":503"#, #""error":200"#, #"scripts.all[0].script: is no script, because of its "steps[1].error""#),
        (#""reply":"One.""#, #""reply":"""#, "is no script"), (#""scripts":{"#, #""scripts":[{"#, "expected"),
        (#""messages":{""#, #""messages":{"x"#, "each caller's digest"),
        (#""waits":{""#, #""waits":{"X"#, "each caller's digest"), (#""waits":{"#, #""waits":[],"x":{"#, "waits"),
        (#""scripts":[1]"#, #""scripts":[3]"#, "the taken steps"),
        (#""scripts":[1]"#, #""scripts":[]"#, "the taken steps"),
        (#""faults":[["#, #""faults":[[0,0,0],["#, "the matched and the struck"),
        (#""faults":[["#, #""faults":[[-"#, "the matched and the struck"),
        (#""deliveries":""#, #""deliveries":"AAAA"#, "digests in Base64"),
        (#""deliveries":""#, #""deliveries":="#, "expected"),
    ]

    @Test("a text that is damaged anywhere is reported as damage, and changes nothing", arguments: 0..<damage.count)
    func damaged(_ number: Int) throws {
        let (from, to, message) = Self.damage[number]
        let (_, sandbox) = try Self.used()
        let kept = sandbox.kept
        func changed(_ text: [UInt8]) -> [UInt8] {
            var text = String(decoding: text, as: UTF8.self)
            if let place = text.firstRange(of: from) { text.replaceSubrange(place, with: to) }
            return Array(text.utf8)
        }
        let row = SandboxRow(
            settings: String(decoding: changed(Array(kept.settings.utf8)), as: UTF8.self), set: changed(kept.set),
            counted: changed(kept.counted))
        #expect(row != kept)
        let error = try #require(throws: StoreError.self) { try sandbox.restore(from: row) }
        #expect(error.isDamage)
        #expect(error.message.contains("in the sandbox \"pk_test_a\" cannot be read: "), "\(error.message)")
        #expect(error.message.contains(message), "\(error.message)")
        #expect(sandbox.kept == kept)
    }

    @Test("a text that is cut off anywhere is damage")
    func cut() throws {
        let (_, sandbox) = try Self.used()
        let kept = sandbox.kept
        for length in stride(from: 1, to: kept.set.count, by: 7) {
            let row = SandboxRow(settings: kept.settings, set: Array(kept.set.prefix(length)), counted: kept.counted)
            #expect(try #require(throws: StoreError.self) { try sandbox.restore(from: row) }.isDamage)
        }
        for length in stride(from: 1, to: kept.counted.count, by: 7) {
            let row = SandboxRow(settings: kept.settings, set: kept.set, counted: Array(kept.counted.prefix(length)))
            #expect(try #require(throws: StoreError.self) { try sandbox.restore(from: row) }.isDamage)
        }
        #expect(sandbox.kept == kept)
    }

    @Test("an error of a fault or a script quotes nothing that a client sent")
    func secret() throws {
        let (_, sandbox) = try Self.used()
        var row = sandbox.kept
        for wrong in [#"{"kind":"sesame"}"#, #"{"kind":"reset","match":{"message":{"pattern":"(sesame"}}}"#] {
            row.set = Array(
                #"{"limits":"server","faults":{"made":1,"all":[{"number":1,"fault":\#(wrong)}]},"scripts":{"made":0,"all":[]}}"#
                    .utf8)
            row.counted = []
            let error = try #require(throws: StoreError.self) { try sandbox.restore(from: row) }
            #expect(error.message.contains("is no fault"))
            #expect(!error.message.contains("sesame"), "\(error.message)")
        }
    }

    // MARK: - Batches

    @Test("a restore is no change of the batch: one that fails goes back to what was restored")
    func batches() throws {
        let (world, sandbox) = try Self.used()
        let (other, _) = try Self.sandbox()
        let place = try other.account().sandbox
        #expect(other.emulator.endBatch(failed: false))
        let kept = sandbox.kept
        try place.restore(from: kept)
        #expect(!other.emulator.endBatch(failed: true))
        #expect(place.kept == kept)
        _ = other.emulator.removeFaults(in: place)
        other.emulator.set(nil, in: place)
        try other.script(#"{"steps":[{}]}"#)
        #expect(place.kept != kept)
        #expect(!other.emulator.endBatch(failed: true))
        #expect(place.kept == kept)
        // Changes before a restore are forgotten, and what is changed after it is taken back alone.
        _ = other.emulator.removeFaults(in: place)
        try place.restore(from: kept)
        other.emulator.set(seed: 9, in: place)
        #expect(!other.emulator.endBatch(failed: true))
        #expect(place.kept == kept)
        #expect(world.emulator.faults(in: sandbox).count == 1)
    }

    @Test("the text of what is set follows each change, also back to an earlier one")
    func revisions() throws {
        let (world, sandbox) = try Self.sandbox()
        let fault = try Fault(#"{"kind":"reset"}"#)
        var texts: [[UInt8]] = [sandbox.kept.set]
        func note() {
            texts.append(sandbox.kept.set)
            _ = world.emulator.endBatch(failed: false)
        }
        _ = try world.emulator.add(fault, in: sandbox)
        note()
        try world.emulator.reset(try world.emulator.account(named: "pk_test_a"))
        note()
        _ = try world.emulator.add(Fault(#"{"kind":"close"}"#), in: sandbox)
        note()
        world.emulator.set(RateLimits(), in: sandbox)
        note()
        world.emulator.set(nil, in: sandbox)
        note()
        try world.emulator.removeFault("f1", in: sandbox)
        note()
        #expect(texts[2] == texts[0])
        #expect(Set(texts).count == texts.count - 1)
        _ = try world.emulator.add(fault, in: sandbox)
        #expect(sandbox.kept.set != texts[6])
        _ = world.emulator.endBatch(failed: true)
        #expect(sandbox.kept.set == texts[6])
    }

    @Test("counts of other limits do not apply")
    func otherLimits() throws {
        let (world, sandbox) = try Self.sandbox(limits: RateLimits(otherPerMinute: 1))
        let account = try world.emulator.account(named: "pk_test_a")
        #expect(throws: Failure.self) { try world.account() }
        let (other, place) = try Self.sandbox(limits: RateLimits(otherPerMinute: 1, window: .fixed))
        try place.restore(from: sandbox.kept)
        _ = try other.account()
        #expect(throws: Failure.self) { try other.account() }
        #expect(account.sandbox === sandbox)
    }

    // MARK: - What counts

    @Test("a sandbox counts if a request can change it")
    func counting() throws {
        #expect(try !Self.sandbox().1.isCounting)
        #expect(try Self.sandbox(limits: RateLimits()).1.isCounting)
        #expect(try Self.sandbox("pk_test_a+slow").1.isCounting)
        let (world, sandbox) = try Self.sandbox()
        world.emulator.set(SandboxClock(.frozen(world.clock.now)), in: sandbox)
        #expect(sandbox.isCounting)
        world.emulator.set(.real, in: sandbox)
        #expect(!sandbox.isCounting)
        try world.script(#"{"steps":[{}]}"#)
        #expect(sandbox.isCounting)
        let play = try world.play()
        try play.begin()
        try play.say("hello")
        #expect(!sandbox.isCounting)
        #expect(sandbox.isFirstDelivery(of: "x", from: play.play.key))
        #expect(sandbox.isCounting)
    }
}

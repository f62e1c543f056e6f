import Fixtures
import HTTP
import JSON
import Journal
import PostgresStore
import Store
import Support
import Testing

@testable import Emulator

@Suite("A batch on a shared database that another server gets in the way of")
struct RepeatedBatchTests {
    /// Where a step is disturbed before it succeeds.
    private static let disturbances: [[DisturbedDatabase.Operation]] = [
        [.lock], [.commit], [.lock, .commit], [.commit, .commit, .commit],
    ]

    @Test("is run again: every answer, count and entry is as if nothing had happened", arguments: disturbances)
    func repeated(_ operations: [DisturbedDatabase.Operation]) throws {
        let (calm, disturbed) = (try Disturbed(), try Disturbed())
        for each in [calm, disturbed] {
            _ = each.client.begin()
            each.client.freeze("pk_test_a", "2026-03-10T12:00:00Z", #","auto_advance_seconds":3"#)
            each.client.freeze("demo")
        }
        for (number, step) in ReplicaTests.steps.enumerated() {
            let expected = step(calm.client)
            for operation in operations { disturbed.database.fail(operation) }
            let found = step(disturbed.client)
            #expect(found.status == expected.status, "step \(number): \(found.text.prefix(200))")
            // From the reset on the clock is real.
            guard number < ReplicaTests.steps.count - 8 else { continue }
            #expect(found.uncounted == expected.uncounted, "step \(number)")
            #expect(disturbed.entries == calm.entries, "step \(number)")
        }
        #expect(disturbed.counts == calm.counts)
        #expect(!calm.counts.isEmpty)
    }

    @Test("is run again when an operation of a turn fails, whichever it is")
    func turn() throws {
        let calm = try Disturbed()
        calm.client.begin()
        let before = calm.store.calls
        let expected = calm.client.say("hm")
        let calls = calm.store.calls - before
        #expect(calls > 2)
        for call in 1...calls {
            let disturbed = try Disturbed()
            disturbed.client.begin()
            disturbed.store.fail(in: call)
            #expect(disturbed.client.say("hm").uncounted == expected.uncounted)
            #expect(disturbed.store.hasFailed)
            #expect(disturbed.client.lines() == ["hm"])
            #expect(disturbed.entries.count == calm.entries.count + 1)
        }
    }

    @Test("counts against a limit once")
    func limits() throws {
        let disturbed = try Disturbed(limits: RateLimits(messagesPerMinute: 3, otherPerMinute: 60))
        disturbed.client.begin()
        let codes = (0..<4).map { number in
            disturbed.database.fail(.commit)
            return disturbed.client.say("line \(number)").status
        }
        #expect(codes == [200, 200, 200, 429])
    }

    @Test("gives no id of a request twice, also when others are answered meanwhile")
    func requestIDs() throws {
        let disturbed = try Disturbed()
        disturbed.client.begin()
        var ids: [String] = []
        let ask = { ids.append(disturbed.client.emulator.newRequestID()) }
        disturbed.database.whileCommitting = ask
        disturbed.database.fail(.commit)
        #expect(disturbed.client.say("hm").status == 200)
        disturbed.database.whileCommitting = nil
        for _ in 0..<3 { ask() }
        #expect(ids.count == 5)
        #expect(Set(ids).count == ids.count)
    }

    @Test("is given up in the end: the requests get a 503 that says when to try again, and nothing is kept")
    func givenUp() throws {
        let disturbed = try Disturbed()
        disturbed.client.begin()
        for _ in 0..<SharedBatches.attempts { disturbed.database.fail(.commit) }
        let answer = disturbed.client.say("hm")
        #expect(answer.status == 503)
        #expect(answer.fields[.retryAfter] == "1")
        #expect(disturbed.client.lines().isEmpty)
        let entries = disturbed.client.control(.get, "/sandboxes/pk_test_a/journal")["entries"]?.array ?? []
        #expect(entries.map { $0["response"]?["status"]?.integer } == [200, 503, 200])
        #expect(disturbed.client.say("hm").status == 200)
    }

    @Test("is not run again after an error that would come again")
    func lasting() throws {
        let disturbed = try Disturbed()
        disturbed.client.begin()
        let before = disturbed.database.locks
        disturbed.database.fail(.commit, StoreError("the disk is full"))
        let answer = disturbed.client.say("hm")
        #expect(answer.status == 503)
        #expect(answer.fields[.retryAfter] == "1")
        #expect(disturbed.database.locks == before + 1)
    }

    @Test("is in the log once for each reason, and so is the first that is kept again")
    func log() throws {
        let database = DisturbedDatabase(try PostgresStore(PostgresServer.address(PostgresServer.schema())))
        var warnings: [String] = []
        let client = try ControlClient(store: database.base, sharing: database, warn: { warnings.append($0) })
        client.begin()
        for reason in ["the disk is full", "the disk is full", "the disk is gone"] {
            database.fail(.commit, StoreError(reason))
            client.say("hm")
        }
        for _ in 0..<2 { client.say("hm") }
        #expect(
            warnings == [
                "a batch was not kept: the disk is full", "a batch was not kept: the disk is gone",
                "batches are kept again",
            ])
    }

    @Test("that the database may have kept is not run again, and its requests get a 504 that says so")
    func uncertain() throws {
        let disturbed = try Disturbed()
        disturbed.client.begin()
        let before = disturbed.database.locks
        disturbed.database.fail(.commit, StoreError("the database is away", isUncertain: true))
        let answer = disturbed.client.say("hm")
        #expect(answer.status == 504)
        #expect(answer.text.contains("it is not known whether the request was kept"))
        #expect(answer.fields[.retryAfter] == nil)
        #expect(disturbed.database.locks == before + 1)
    }

    @Test("shares no sandbox when it is run again: each of several that are needed alone could take an attempt")
    func alone() throws {
        let disturbed = try Disturbed(keepsJournal: false)
        disturbed.client.begin()
        let sandbox = try disturbed.client.sandbox().id
        disturbed.database.shared = []
        disturbed.database.fail(.commit)
        #expect(disturbed.client.say("hm").status == 200)
        #expect(disturbed.database.shared == [[sandbox], []])
    }

    @Test("requests of one batch are answered in their order, and all are kept or none")
    func several() throws {
        let disturbed = try Disturbed()
        disturbed.client.begin()
        var answers: [Int] = []
        for (number, line) in ["one", "two", "three"].enumerated() {
            disturbed.say(line) { answers.append(number) }
        }
        #expect(answers.isEmpty)
        disturbed.database.fail(.commit)
        let locks = disturbed.database.locks
        while disturbed.client.dispatcher.beginBatch() != nil {}
        #expect(answers == [0, 1, 2])
        #expect(disturbed.database.locks == locks + 2)
        #expect(disturbed.client.lines() == ["one", "two", "three"])
    }
}

import HTTP
import Testing

@testable import HTTPServer

struct ReceiptTests {
    private func receipt(_ ticket: Ticket = 7) -> Receipt {
        var receipt = Receipt()
        receipt.begin(ticket)
        return receipt
    }

    private func notice(_ how: Delivered) -> Receipt.Notice { Receipt.Notice(ticket: 7, how: how) }

    @Test("An answer without pending output is reported at its end, once", arguments: [Delivered.complete, .cut])
    func atOnce(how: Delivered) {
        var receipt = receipt()
        #expect(receipt.ended(how, outputPending: false) == notice(how))
        #expect(receipt.drained() == nil)
        #expect(receipt.gone() == nil)
    }

    @Test(
        "An answer with pending output is reported when it has drained, once",
        arguments: [Delivered.complete, .cut])
    func pending(how: Delivered) {
        var receipt = receipt()
        #expect(receipt.ended(how, outputPending: true) == nil)
        #expect(receipt.drained() == notice(how))
        #expect(receipt.drained() == nil)
        #expect(receipt.gone() == nil)
    }

    @Test("A drain between two steps is not reported")
    func between() {
        var receipt = receipt()
        #expect(receipt.drained() == nil)
        #expect(receipt.ended(.complete, outputPending: false) == notice(.complete))
    }

    @Test("An answer is reported as aborted when its connection ends before it, once")
    func gone() {
        var early = receipt()
        #expect(early.gone() == notice(.aborted))
        #expect(early.gone() == nil)
        var pending = receipt()
        _ = pending.ended(.complete, outputPending: true)
        #expect(pending.gone() == notice(.aborted))
        #expect(pending.drained() == nil)
    }

    @Test("An answer without a ticket is not reported, nor the one before it again")
    func noTicket() {
        var receipt = receipt()
        _ = receipt.ended(.complete, outputPending: false)
        receipt.begin(0)
        #expect(receipt.ended(.complete, outputPending: true) == nil)
        #expect(receipt.drained() == nil)
        #expect(receipt.gone() == nil)
    }
}

import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The routes that read, set and advance the clock of a sandbox.
struct ClockRoutes {
    let emulator: Emulator

    private enum Mode: String, CaseIterable {
        case real, offset, frozen
    }

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/clock", show),
            Route(.put, "/sandboxes/{sandbox}/clock", set),
            Route(.post, "/sandboxes/{sandbox}/clock/advance", advance),
        ]
    }

    private func show(_ call: Call) throws(Failure) -> Response {
        response(try emulator.account(named: call.parameters["sandbox"]).sandbox)
    }

    private func set(_ call: Call) throws(Failure) -> Response {
        let asked = try Input.read(call, "a clock", depthLimit: emulator.jsonDepth) { Asked($0) }
        let sandbox = try emulator.account(opening: call.parameters["sandbox"]).sandbox
        let at = asked.at ?? emulator.time(in: sandbox)
        let mode: SandboxClock.Mode =
            switch asked.mode {
            case .real: .real
            case .offset: .offset(at.nanoseconds - emulator.now.nanoseconds)
            case .frozen: .frozen(at)
            }
        let clock = SandboxClock(
            mode, autoAdvance: ClockRoutes.nanoseconds(asked.autoAdvance), retryAfterScale: asked.retryAfterScale)
        emulator.set(clock, in: sandbox)
        return response(sandbox)
    }

    private func advance(_ call: Call) throws(Failure) -> Response {
        let seconds = try Input.read(call, "an advance", depthLimit: emulator.jsonDepth) { reader in
            reader.number("seconds", in: 0...SandboxClock.longestAdvance) ?? reader.missing("seconds")
        }
        let sandbox = try emulator.account(opening: call.parameters["sandbox"]).sandbox
        var clock = sandbox.clock
        guard !clock.isReal else {
            throw Failure(
                .badRequest,
                "The clock of this sandbox is the real one, which cannot be advanced; set it to frozen or offset first")
        }
        clock.advance(by: ClockRoutes.nanoseconds(seconds))
        emulator.advance(clock, in: sandbox)
        return response(sandbox)
    }

    private struct Asked {
        let mode: Mode
        let at: Timestamp?
        let autoAdvance: Double
        let retryAfterScale: Double?

        init?(_ reader: ObjectReader) {
            guard let mode = reader.choice("mode", Mode.self) ?? reader.missing("mode") else { return nil }
            self.mode = mode
            let text = reader.text("at")
            at = text.flatMap { Timestamp(text: $0) }
            if let text, at == nil {
                reader.findings.report(
                    "\"at\" must be a time such as 2026-03-10T12:00:00Z or 2026-03-10T13:00:00+01:00, from 1970 to 2261, "
                        + "not \"\(String(text.unicodeScalars.prefix(40)))\"", at: reader.position(of: "at"))
            }
            autoAdvance = reader.number("auto_advance_seconds", in: 0...SandboxClock.longestAdvance) ?? 0
            let isUnscaled = reader.value("retry_after_scale")?.isNull ?? true
            retryAfterScale =
                isUnscaled ? nil : reader.number("retry_after_scale", in: SandboxClock.retryAfterScales)
            guard mode == .real else { return }
            for key in ["at", "auto_advance_seconds"] where reader.value(key) != nil {
                reader.findings.report(
                    "\"\(key)\" means nothing in the real time; make the clock frozen or offset",
                    at: reader.position(of: key))
            }
        }
    }

    private static func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000_000).rounded()) }

    private func response(_ sandbox: Sandbox) -> Response {
        var writer = JSONWriter(capacity: 128)
        writer.clock(sandbox.clock, now: emulator.time(in: sandbox))
        return .json(writer.bytes)
    }
}

extension JSONWriter {
    mutating func clock(_ clock: SandboxClock, now: Timestamp) {
        beginObject()
        switch clock.mode {
        case .real: member("mode", "real")
        case .offset: member("mode", "offset")
        case .frozen: member("mode", "frozen")
        }
        member("now", now.text)
        member("auto_advance_seconds", number: Double(clock.autoAdvance) / 1_000_000_000)
        key("retry_after_scale")
        if let scale = clock.retryAfterScale { number(scale) } else { null() }
        endObject()
    }
}

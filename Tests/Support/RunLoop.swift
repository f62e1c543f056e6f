public import EventLoop

/// Runs the loop until `condition` holds after an iteration; false when it has not in ten seconds. A ticking timer keeps iterations
/// coming while only the test's clients have something to do.
public func run(_ loop: Loop, until condition: () -> Bool) -> Bool {
    let giveUp = loop.now + .seconds(10)
    var tick: EventLoop.Timer?
    tick = Timer(loop) { tick?.arm(after: .milliseconds(1)) }
    tick?.arm(after: .milliseconds(1))
    defer { tick = nil }
    var holds = false
    loop.run {
        holds = condition()
        if holds || loop.now > giveUp { loop.stop() }
    }
    return holds
}

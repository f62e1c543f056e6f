package foilmock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foilmock.Foilmock.Clock;
import foilmock.Foilmock.ControlError;
import foilmock.Foilmock.Sandbox;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FoilmockExtension.class)
class ClockTest {
    @Test
    void aFrozenClockShowsNoonUnlessTheTestSaysAnotherTime(Sandbox sandbox) {
        sandbox.clock().freeze();
        assertEquals(Instant.parse("2026-03-10T12:00:00Z"), sandbox.clock().now());
        sandbox.clock().freeze(Instant.parse("2031-01-02T03:04:05.999Z"));
        assertEquals(Instant.parse("2031-01-02T03:04:05Z"), sandbox.clock().now());
    }

    @Test
    void aFrozenClockIsAdvanced(Sandbox sandbox) {
        Clock clock = sandbox.clock();
        clock.freeze();
        assertEquals(Clock.NOON.plusSeconds(60), clock.advance(Duration.ofMinutes(1)));
        // Twice 0.75 s are 1 s and a half: the fraction is kept.
        clock.advance(Duration.ofMillis(750));
        assertEquals(Clock.NOON.plusSeconds(61), clock.advance(Duration.ofMillis(750)));
        assertEquals(Clock.NOON.plusSeconds(61), clock.now());
    }

    @Test
    void aClockWithAnOffsetRunsOn(Sandbox sandbox) {
        Instant at = Instant.parse("2030-01-01T00:00:00Z");
        sandbox.clock().offset(at);
        Instant now = sandbox.clock().now();
        assertFalse(now.isBefore(at));
        assertTrue(now.isBefore(at.plusSeconds(60)));
        assertEquals("offset", sandbox.call("GET", "/clock").get("mode"));
    }

    @Test
    void theRealClockIsNotAdvanced(Sandbox sandbox) {
        sandbox.clock().freeze();
        sandbox.clock().real();
        ControlError error = assertThrows(ControlError.class, () -> sandbox.clock().advance(Duration.ofSeconds(1)));
        assertEquals(400, error.status());
        assertTrue(error.getMessage().contains("cannot be advanced"), error.getMessage());
    }
}

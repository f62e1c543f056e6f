package foilmock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foilmock.Foilmock.ControlError;
import foilmock.Foilmock.Json;
import foilmock.Foilmock.Sandbox;
import foilmock.Foilmock.Server;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FoilmockExtension.class)
class SandboxTest {
    private static final String MESSAGE = "POST /api/v1/sdk/chat/{persona_id}/message";

    @Test
    void aTestSandboxHasTheKeyOfItsName(Server server) {
        Sandbox sandbox = server.testSandbox("tests/test_köln.py::test_ä");
        // printf 'tests/test_köln.py::test_ä' | sha256sum
        assertEquals("pk_test_556554209e731fa1c8bfa233", sandbox.name());
        assertEquals(sandbox.name(), sandbox.key());
    }

    @Test
    void aTestSandboxIsEmptyAndWithoutLimits(Server server) throws Exception {
        Sandbox sandbox = server.testSandbox("used twice");
        sandbox.clock().freeze();
        sandbox.fault("status", Map.of("status", 503, "match", Map.of("route", MESSAGE)));
        new Player(sandbox).say("Hello");
        sandbox = server.testSandbox("used twice");
        Map<String, Object> state = sandbox.call("GET", "");
        assertNull(state.get("limits"));
        assertEquals(List.of(0L, 0L), List.of(state.get("sessions"), state.get("faults")));
        assertEquals("real", ((Map<?, ?>) state.get("clock")).get("mode"));
    }

    @Test
    void onlyAnOpenTestKeyIsAKey(Server server) {
        assertEquals("ft_sk_test_cart", server.sandbox("ft_sk_test_cart").key());
        assertEquals("ftc_test_cart", server.sandbox("ftc_test_cart").key());
        Exception error = assertThrows(IllegalStateException.class, () -> server.sandbox("cart").key());
        assertEquals("sandbox \"cart\" has no key of its own: use a key of its account, or ownUrl()", error.getMessage());
    }

    @Test
    void callsBelowItsOwnUrlActInIt(Server server, Sandbox sandbox) throws Exception {
        new Player(sandbox.ownUrl(), server.apiKey());
        assertEquals("sam", sandbox.sessions().get(0).get("player"));
    }

    @Test
    void aResetEmptiesIt(Sandbox sandbox) throws Exception {
        new Player(sandbox);
        assertEquals(1, sandbox.sessions().size());
        assertEquals(0L, sandbox.reset().get("sessions"));
        assertEquals(List.of(), sandbox.sessions());
    }

    @Test
    void aDeletedSandboxIsGone(Server server) {
        Sandbox sandbox = server.testSandbox("to be deleted");
        sandbox.delete();
        ControlError error = assertThrows(ControlError.class, sandbox::delete);
        assertEquals(404, error.status());
        assertEquals("DELETE /sandboxes/" + sandbox.name() + ": 404: There is no sandbox \"" + sandbox.name()
                + "\"; it opens with the first request of that key or name", error.getMessage());
    }

    @Test
    void limitsHoldUntilTheyAreLifted(Sandbox sandbox) throws Exception {
        sandbox.clock().freeze();
        Player player = new Player(sandbox);
        sandbox.limits(Map.of("messages_per_minute", 1));
        assertEquals(200, player.say("One").statusCode());
        assertEquals(429, player.say("Two").statusCode());
        sandbox.limits(null);
        assertEquals(200, player.say("Three").statusCode());
        assertEquals(200, player.say("Four").statusCode());
    }

    @Test
    void aSnapshotIsRestoredAsItWas(Sandbox sandbox) throws Exception {
        Player player = new Player(sandbox);
        player.say("Grüße 😀");
        Map<String, Object> snapshot = sandbox.snapshot();
        player.say("I heard you have something rare for sale.");
        assertNotEquals(snapshot, sandbox.snapshot());
        sandbox.restore(snapshot);
        assertEquals(Json.write(snapshot), Json.write(sandbox.snapshot()));
    }

    @Test
    void aFaultStrikesWhatMatches(Sandbox sandbox) throws Exception {
        Player player = new Player(sandbox);
        String id = sandbox.fault("status", Map.of("status", 502, "match", Map.of("message", "Köln")));
        assertEquals(200, player.say("Bonn").statusCode());
        assertEquals(502, player.say("Köln").statusCode());
        assertEquals(List.of(id, 1L), List.of(sandbox.faults().get(0).get("id"), sandbox.faults().get(0).get("struck")));
    }

    @Test
    void faultsAreRemovedOneByOneOrAll(Sandbox sandbox) {
        String first = sandbox.fault("reset");
        String second = sandbox.fault("rate_limited", Map.of("retry_after_seconds", 1));
        sandbox.fault("truncate");
        sandbox.removeFault(first);
        assertEquals(2, sandbox.faults().size());
        assertEquals(second, sandbox.faults().get(0).get("id"));
        sandbox.removeFaults();
        assertEquals(List.of(), sandbox.faults());
    }

    @Test
    void aScriptDecidesTheNextTurns(Sandbox sandbox) throws Exception {
        Player player = new Player(sandbox);
        List<Map<String, ?>> steps = List.of(Map.of("reply", "Nö 😀"), Map.of("error", 503));
        Map<String, Object> script = sandbox.script(Map.of("player", "sam", "steps", steps));
        assertEquals(2L, script.get("left"));
        assertEquals("Nö 😀", Json.object(player.say("Hello").body()).get("message"));
        assertEquals(503, player.say("Hello").statusCode());
    }

    @Test
    void theJournalIsSearched(Sandbox sandbox) throws Exception {
        Player player = new Player(sandbox);
        player.say("Grüße aus Köln & [[error 503]]");
        player.say("[[error 404]]");
        assertEquals(3, sandbox.journal().size());
        assertEquals("Grüße aus Köln & [[error 503]]",
                sandbox.journal(Map.of("status", 503, "route", MESSAGE)).get(0).get("message"));
        assertEquals(1, sandbox.journal(Map.of("message", "Grüße aus Köln & [[error 503]]")).size());
        assertEquals(2, sandbox.journal(Map.of("status", Map.of("gte", 400, "lte", 599))).size());
        assertEquals(0, sandbox.journal(Map.of("duplicate", true)).size());
    }

    @Test
    void aJournalTakesOneBoundOfTheStatus(Sandbox sandbox) throws Exception {
        new Player(sandbox).say("[[error 404]]");
        assertEquals(1, sandbox.journal(Map.of("status", Map.of("gte", 400))).size());
        assertEquals(1, sandbox.journal(Map.of("status", Map.of("lte", 399))).size());
        for (Map<String, ?> match : List.<Map<String, ?>>of(
                Map.of("status", Map.of()), Map.of("status", Map.of("gt", 400)), Map.of("message", Map.of("gte", 400)))) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> sandbox.journal(match));
            assertTrue(error.getMessage().contains(" of a journal takes a value, or as \"status\" bounds \"gte\" and \"lte\", not {"),
                    error.getMessage());
        }
    }

    @Test
    void noMatchIsAllOfTheJournal(Sandbox sandbox) throws Exception {
        new Player(sandbox);
        assertEquals(1, sandbox.journal(null).size());
        assertEquals(1, sandbox.verify(1, null));
    }

    @Test
    void theJournalIsALineForEachEntry(Sandbox sandbox) throws Exception {
        new Player(sandbox);
        String[] lines = sandbox.journalText().split("\n");
        assertEquals(sandbox.name(), Json.object(lines[0]).get("sandbox"));
        assertEquals("sam", Json.object(lines[lines.length - 1]).get("player"));
    }

    @Test
    void verifyCountsWhatMatches(Sandbox sandbox) throws Exception {
        Player player = new Player(sandbox);
        player.say("Hello");
        player.say("Hello again");
        assertEquals(2, sandbox.verify(2, Map.of("route", MESSAGE, "player", "sam")));
        assertEquals(3, sandbox.verify(Map.of("gte", 1, "lte", 3), Map.of()));
    }

    @Test
    void aFailingVerifySaysWhatCameInstead(Sandbox sandbox) throws Exception {
        new Player(sandbox).say("Hello");
        AssertionError error = assertThrows(AssertionError.class, () -> sandbox.verify(1, Map.of("message", "Bye")));
        String path = "/api/v1/sdk/chat/" + Player.BARISTA + "/message";
        assertTrue(error.getMessage().startsWith("0 requests match, not 1; nearest is #"), error.getMessage());
        assertTrue(error.getMessage().endsWith("POST " + path + ": message is \"Hello\""), error.getMessage());
    }

    @Test
    void aTurnIsExplained(Sandbox sandbox) throws Exception {
        new Player(sandbox).say("Something rare?");
        String session = (String) sandbox.sessions().get(0).get("session_id");
        Map<String, Object> turn = sandbox.explain(session, 1);
        assertTrue(turn.get("lines").toString().contains("\"any\": \"rare\" occurs in \"Something rare?\""), turn.toString());
    }

    @Test
    void anyOtherRouteIsCalled(Sandbox sandbox) {
        assertEquals(7L, sandbox.call("PUT", "/seed", Map.of("seed", 7)).get("seed"));
        assertNull(sandbox.call("PUT", "/limits", null));
        assertTrue(sandbox.call("GET", "/journal", Foilmock.NO_BODY, Map.of("format", "har")).containsKey("log"));
        assertTrue(sandbox.call("GET", "/journal?format=har").containsKey("log"));
    }

    @Test
    void aPathDoesNotLeadToAnotherSandbox(Sandbox sandbox) {
        for (String path : List.of("sessions", "2", "?format=har")) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> sandbox.call("GET", path));
            assertEquals("a path of call begins with \"/\", not \"" + path + "\"", error.getMessage());
        }
    }

    @Test
    void aNameWithHalfOfASurrogatePairIsRefused(Server server) {
        String words = "a name has no half of a surrogate pair, as \"cart\\ud83d\" has";
        assertEquals(words, assertThrows(IllegalArgumentException.class, () -> server.sandbox("cart\ud83d")).getMessage());
        assertEquals(words, assertThrows(IllegalArgumentException.class, () -> server.testSandbox("cart\ud83d")).getMessage());
        assertTrue(server.sandbox("cart\ud83d\ude00").ownUrl().endsWith("/@cart%F0%9F%98%80"));
    }

    @Test
    void namesAreEncodedInPaths(Server server, Sandbox sandbox) {
        ControlError error = assertThrows(ControlError.class, () -> server.sandbox("kö/ln ?#%").reset());
        assertTrue(error.getMessage().contains("\"/@kö/ln ?#%\" names no sandbox"), error.getMessage());
        error = assertThrows(ControlError.class, () -> sandbox.removeFault("f1/../ö"));
        assertEquals(404, error.status());
        assertTrue(error.getMessage().contains("f1/../ö"), error.getMessage());
        error = assertThrows(ControlError.class, () -> sandbox.call("GET", "/personas/bär mit hut"));
        assertTrue(error.getMessage().contains("bär mit hut"), error.getMessage());
    }

    @Test
    void aMistakeIsToldInTheServersWords(Sandbox sandbox) {
        ControlError error = assertThrows(ControlError.class, () -> sandbox.call("PUT", "/clock", Map.of("mode", "stopped")));
        assertEquals(400, error.status());
        assertEquals("PUT /sandboxes/" + sandbox.name() + "/clock: 400: $.mode: \"mode\" of a clock must be one of real, offset, frozen, "
                + "not \"stopped\"", error.getMessage());
    }
}

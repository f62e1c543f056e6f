package foilmock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import foilmock.Foilmock.ControlError;
import foilmock.Foilmock.Json;
import foilmock.Foilmock.Sandbox;
import foilmock.Foilmock.Server;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs JUnit within JUnit. The samples are not found by the run around it, because their names do not end in Test. */
class ExtensionTest {
    private static final Map<String, Sandbox> SANDBOXES = new ConcurrentHashMap<>();
    private static final Map<String, Integer> STATUS = new ConcurrentHashMap<>();
    private static final Set<String> SERVERS = ConcurrentHashMap.newKeySet();

    @TempDir
    Path artifacts;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @ExtendWith(FoilmockExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Endings {
        @BeforeEach
        void note(Sandbox sandbox, TestInfo test) {
            sandbox.clock().freeze();
            SANDBOXES.put(test.getTestMethod().orElseThrow().getName(), sandbox);
        }

        @AfterEach
        void fails(TestInfo test) {
            assertFalse(test.getDisplayName().startsWith("failsAfterwards"));
        }

        @Test
        @Order(1)
        void passes(Sandbox sandbox) {
            assertEquals(Foilmock.Clock.NOON, sandbox.clock().now());
        }

        @Test
        @Order(1)
        void isAborted() {
            Assumptions.assumeTrue(false);
        }

        @Test
        @Order(1)
        void deletesItsSandbox(Sandbox sandbox) {
            sandbox.delete();
        }

        @Test
        @Order(1)
        void scheitertSchön(Sandbox sandbox) throws Exception {
            new Player(sandbox).say("Hello");
            fail("on purpose");
        }

        @Test
        @Order(1)
        void failsAfterwards() {}

        @Test
        @Order(2)
        void looks(Server server) {
            SANDBOXES.forEach((test, sandbox) -> STATUS.put(test, status(sandbox)));
        }

        private static int status(Sandbox sandbox) {
            try {
                sandbox.call("GET", "");
                return 200;
            } catch (ControlError error) {
                return error.status();
            }
        }
    }

    @Test
    void theSandboxOfAFailedTestIsKept() {
        run(Map.of(), Endings.class);
        assertEquals(
                Map.of("passes", 404, "isAborted", 404, "deletesItsSandbox", 404,
                        "scheitertSchön", 200, "failsAfterwards", 200, "looks", 200),
                STATUS);
    }

    @Test
    void theReportOfAFailedTestNamesItsJournal() throws Exception {
        TestExecutionSummary summary = run(Map.of(), Endings.class);
        assertEquals(2, summary.getTestsFailedCount());
        String name = SANDBOXES.get("scheitertSchön").name();
        Path journal = artifacts.resolve("kept/Endings.scheitertSch-n-" + name.substring(8, 16) + ".journal.jsonl");
        assertTrue(errors().contains("foilmock: Endings.scheitertSchön failed: scheitertSchön(Sandbox)\n"
                + "  sandbox  " + name + "\n"
                + "  journal  " + journal + "\n"
                + "  again    foilmock replay " + journal + "\n"), errors());
        List<String> lines = Files.readAllLines(journal);
        assertEquals("Hello", Json.object(lines.get(lines.size() - 1)).get("message"));
        try (var files = Files.list(journal.getParent())) {
            assertEquals(3, files.count(), "two journals and .gitignore");
        }
        assertTrue(Files.readString(journal.resolveSibling(".gitignore")).endsWith("\n*\n"));
    }

    @Test
    void aJournalThatCannotBeWrittenDoesNotHideTheFailure() throws Exception {
        Files.writeString(artifacts.resolve("kept"), "a file");
        TestExecutionSummary summary = run(Map.of(), Endings.class);
        assertTrue(summary.getFailures().stream().anyMatch(failure -> "on purpose".equals(failure.getException().getMessage())));
        assertTrue(errors().contains("  journal  none: "), errors());
    }

    @ExtendWith(FoilmockExtension.class)
    static class Crowd {
        @RepeatedTest(20)
        void isAlone(Server server, Sandbox sandbox) throws Exception {
            SERVERS.add(server.baseUrl());
            SANDBOXES.put(sandbox.name(), sandbox);
            Player player = new Player(sandbox);
            for (int line = 0; line < 5; line++) {
                player.say("Line " + line);
            }
            sandbox.verify(5, Map.of("player", "sam", "route", "POST /api/v1/sdk/chat/{persona_id}/message"));
        }
    }

    @ExtendWith(FoilmockExtension.class)
    static class Others extends Crowd {}

    @Test
    void testsInParallelShareAServerAndNoSandbox() {
        TestExecutionSummary summary = run(Map.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "8"), Crowd.class, Others.class);
        assertEquals(40, summary.getTestsSucceededCount(), () -> messages(summary));
        assertEquals(1, SERVERS.size());
        assertEquals(40, SANDBOXES.size());
    }

    @Test
    void aTestHasTheSameKeyInEachRun() {
        run(Map.of(), Endings.class);
        String before = SANDBOXES.get("passes").name();
        run(Map.of(), Endings.class);
        assertEquals(before, SANDBOXES.get("passes").name());
    }

    @ExtendWith(FoilmockExtension.class)
    static class Early {
        @BeforeAll
        static void takes(Sandbox sandbox) {
            fail("there is no test yet");
        }

        @Test
        void passes() {}
    }

    @Test
    void aSandboxBelongsToATest() {
        assertTrue(messages(run(Map.of(), Early.class)).endsWith("a Sandbox belongs to one test: take it in the test method or in "
                + "@BeforeEach; take a Server here, which has sandbox(name)"));
    }

    @ExtendWith(FoilmockExtension.class)
    static class Settings {
        @BeforeAll
        static void takes(Server server) {
            SERVERS.add(server.baseUrl());
        }

        @Test
        void haveTheirEffect(Server server, Sandbox sandbox) {
            assertTrue(SERVERS.contains(server.baseUrl()));
            Map<String, Object> state = sandbox.call("GET", "");
            assertEquals(7L, state.get("seed"));
            assertEquals("frozen", ((Map<?, ?>) state.get("clock")).get("mode"));
        }
    }

    @Test
    void theServerTakesOptions() {
        TestExecutionSummary summary = run(Map.of(
                "foilmock.options", "  --seed 7\n--clock 2026-03-10T12:00:00Z ", "foilmock.program", System.getenv("FOILMOCK_PROGRAM")),
                Settings.class);
        assertEquals(1, summary.getTestsSucceededCount(), () -> messages(summary));
    }

    @Test
    void aProgramThatIsNotThereFailsTheTestsThatNeedIt() {
        String messages = messages(run(Map.of("foilmock.program", "/nowhere/foilmock"), Settings.class, Crowd.class));
        assertEquals(21, messages.lines().count());
        String reason = "the option program names \"/nowhere/foilmock\", which cannot be run: No such file or directory";
        assertTrue(messages.lines().allMatch(line -> line.endsWith(reason)), messages);
    }

    private TestExecutionSummary run(Map<String, String> settings, Class<?>... samples) {
        SANDBOXES.clear();
        STATUS.clear();
        SERVERS.clear();
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .configurationParameter("foilmock.artifacts", artifacts.resolve("kept").toString())
                .configurationParameters(settings);
        for (Class<?> sample : samples) {
            request.selectors(selectClass(sample));
        }
        LauncherDiscoveryRequest built = request.build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            LauncherFactory.create().execute(built, listener);
        } finally {
            System.setErr(before);
        }
        return listener.getSummary();
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    private static String messages(TestExecutionSummary summary) {
        return summary.getFailures().stream().map(failure -> failure.getException().getMessage()).collect(Collectors.joining("\n"));
    }
}

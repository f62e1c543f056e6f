package foilmock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foilmock.Foilmock.ControlError;
import foilmock.Foilmock.Sandbox;
import foilmock.Foilmock.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
    private static final String PROGRAM = System.getenv("FOILMOCK_PROGRAM");
    /** Seconds for scripts to sleep, by which this run knows them. */
    private static final long LONG = 1_000_000_000 + ProcessHandle.current().pid();

    @Test
    void aServerTakesOptions() {
        try (Server server = Foilmock.start(Path.of(PROGRAM), "--seed", "77")) {
            assertEquals(77L, server.sandbox("pk_test_seed").reset().get("seed"));
            assertEquals(server.baseUrl() + "/_foilmock", server.controlUrl());
            assertEquals("pk_live_demo", server.apiKey());
            assertTrue(ProcessHandle.of(server.processId().getAsLong()).isPresent());
        }
    }

    @Test
    void twoServersAreIndependent() {
        Server first = Foilmock.start();
        try (Server second = Foilmock.start()) {
            assertNotEquals(first.baseUrl(), second.baseUrl());
            first.sandbox("pk_test_cart").clock().freeze();
            second.sandbox("pk_test_cart").reset();
            first.close();
            assertEquals("real", second.sandbox("pk_test_cart").call("GET", "/clock").get("mode"));
        }
    }

    @Test
    void closeWaitsForTheServerAndMayBeCalledAgain() {
        Server server = Foilmock.start();
        server.close();
        assertFalse(ProcessHandle.of(server.processId().getAsLong()).map(ProcessHandle::isAlive).orElse(false));
        server.close();
        ControlError error = assertThrows(ControlError.class, () -> server.sandbox("pk_test_cart").reset());
        assertEquals(0, error.status());
        assertEquals("POST /sandboxes/pk_test_cart/reset: no answer from " + server.controlUrl() + ": the server has ended",
                error.getMessage());
    }

    @Test
    void whatTheServerSaysIsOnStandardError() {
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            Foilmock.start("--control-token", "not-a-secret").close();
        } finally {
            System.setErr(before);
        }
        String words = errors.toString(StandardCharsets.UTF_8);
        assertTrue(words.contains("--control-token"), "the warning before it was ready: " + words);
        assertTrue(words.endsWith("foilmock: 0 requests, 0 errors, 0 duplicates, 0 unanswered\n"), "the count at its end: " + words);
    }

    @Test
    void aServerThatRunsIsUsed() {
        try (Server started = Foilmock.start()) {
            Map<String, String> variables = Map.of(
                    "FOILMOCK_CONTROL_URL", started.controlUrl() + "/",
                    "FOILMOCK_CONTROL_TOKEN", started.controlToken(),
                    "FOILENGINE_API_KEY", "pk_live_demo");
            Server found = Foilmock.start(variables, "Windows 11", null, List.of("--seed", "77"));
            found.close();
            assertEquals(started.baseUrl(), found.baseUrl());
            assertEquals("pk_live_demo", found.apiKey());
            assertEquals(OptionalLong.empty(), found.processId());
            assertEquals(1L, found.sandbox("pk_test_cart").reset().get("seed"));
        }
    }

    @Test
    void theBaseUrlOfAServerThatRunsMayBeAnother() {
        Server found = Foilmock.start(
                Map.of("FOILMOCK_CONTROL_URL", "http://foilmock:8000/_foilmock", "FOILMOCK_CONTROL_TOKEN", "12345678",
                        "FOILENGINE_BASE_URL", "https://mock.example/"),
                "Linux", null, List.of());
        assertEquals("https://mock.example", found.baseUrl());
    }

    @Test
    void oneOfTheTwoVariablesAloneIsAnError() {
        assertEquals("FOILMOCK_CONTROL_URL is set and FOILMOCK_CONTROL_TOKEN is not: set both to use a server that runs, or neither to "
                + "have one started", refusal(Map.of("FOILMOCK_CONTROL_URL", "http://127.0.0.1:1/_foilmock"), "Linux", null));
        assertEquals("FOILMOCK_CONTROL_TOKEN is set and FOILMOCK_CONTROL_URL is not: set both to use a server that runs, or neither to "
                + "have one started", refusal(Map.of("FOILMOCK_CONTROL_TOKEN", "12345678"), "Linux", null));
    }

    @Test
    void anEmptyVariableCountsAsNotSet() {
        Map<String, String> variables = Map.of("FOILMOCK_CONTROL_URL", "", "FOILMOCK_CONTROL_TOKEN", "", "FOILMOCK_PROGRAM", PROGRAM);
        try (Server server = Foilmock.start(variables, "Linux", null, List.of())) {
            assertTrue(server.processId().isPresent());
        }
    }

    @Test
    void aTextThatIsNoUrlIsAnError() {
        for (String url : List.of("localhost:8000", "127.0.0.1:8000/_foilmock", "ftp://host/", "http:// host/", "http://host:99999")) {
            assertEquals("FOILMOCK_CONTROL_URL: \"" + url.replaceAll("/$", "")
                    + "\" is not the URL of a control API, such as http://127.0.0.1:8000/_foilmock",
                    refusal(Map.of("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "12345678"), "Linux", null));
        }
    }

    @Test
    void aUrlWithAQueryOrAFragmentIsAnError() {
        for (String url : List.of("http://127.0.0.1:1/_foilmock?x=1", "http://127.0.0.1:1/_foilmock#x", "http://127.0.0.1:1/_foilmock?")) {
            assertEquals("FOILMOCK_CONTROL_URL: \"" + url + "\" is not the URL of a control API: it has a query or a fragment",
                    refusal(Map.of("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "12345678"), "Linux", null));
        }
    }

    @Test
    void anOptionIsNotNull() {
        Exception error = assertThrows(IllegalArgumentException.class, () -> Foilmock.start("--seed", null));
        assertEquals("options of start are texts, such as \"--seed\", \"7\", and not null", error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Foilmock.start((String[]) null));
        assertThrows(IllegalArgumentException.class, () -> Foilmock.start(Path.of(PROGRAM), "--seed", null));
    }

    @Test
    void aTokenThatCannotBeOneIsNotShown() {
        assertEquals("FOILMOCK_CONTROL_TOKEN has a character that a token cannot have, such as a space or the end of a line", refusal(
                Map.of("FOILMOCK_CONTROL_URL", "http://127.0.0.1:1/_foilmock", "FOILMOCK_CONTROL_TOKEN", "12345678\n"), "Linux", null));
    }

    @Test
    void otherSystemsUseAContainer() {
        assertEquals("foilmock runs on Linux, not on Mac OS X: run its container image, and set FOILMOCK_CONTROL_URL and "
                + "FOILMOCK_CONTROL_TOKEN", refusal(Map.of(), "Mac OS X", null));
    }

    @Test
    void aWrongTokenIsRefusedInTheServersWords() {
        try (Server server = Foilmock.start()) {
            Server stranger = Foilmock.start(
                    Map.of("FOILMOCK_CONTROL_URL", server.controlUrl(), "FOILMOCK_CONTROL_TOKEN", "not-the-token"),
                    "Linux", null, List.of());
            ControlError error = assertThrows(ControlError.class, () -> stranger.sandbox("pk_test_cart").reset());
            assertEquals(401, error.status());
            assertTrue(error.getMessage().startsWith("POST /sandboxes/pk_test_cart/reset: 401: The control API takes "
                    + "Authorization: Bearer <token>"), error.getMessage());
        }
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/_foilmock";
        Server nobody = Foilmock.start(
                Map.of("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "12345678"), "Linux", null, List.of());
        ControlError error = assertThrows(ControlError.class, () -> nobody.sandbox("cart").sessions());
        assertEquals("GET /sandboxes/cart/sessions: no answer from " + url
                + ": no connection; check the URL, and that the server runs", error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[]", "<html>", "", "{\"sessions\": null, \"now\": 1, \"ok\": \"yes\", \"id\": 2}"})
    void anAnswerOfAnotherServerIsNotTaken(String body) throws Exception {
        assertNothingIsTaken("200 OK", body);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        assertNothingIsTaken("302 Found\r\nLocation: /login", "{}");
    }

    private static void assertNothingIsTaken(String status, String body) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread website = new Thread(() -> answer(socket, status, body));
            website.setDaemon(true);
            website.start();
            String url = "http://127.0.0.1:" + socket.getLocalPort() + "/_foilmock";
            Sandbox sandbox = Foilmock.start(
                    Map.of("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "12345678"), "Linux", null, List.of()).sandbox("cart");
            List<Executable> calls = List.of(sandbox::reset, sandbox::delete, sandbox::sessions, sandbox::snapshot,
                    () -> sandbox.fault("reset"), sandbox::faults, () -> sandbox.script(Map.of()), sandbox::journal, sandbox::journalText,
                    () -> sandbox.verify(1, Map.of()), () -> sandbox.explain("s", 1), () -> sandbox.clock().now(),
                    () -> sandbox.clock().freeze(), () -> sandbox.clock().advance(Duration.ofSeconds(1)));
            for (Executable call : calls) {
                ControlError error = assertThrows(ControlError.class, call);
                assertTrue(error.getMessage().endsWith(": the answer of " + url + " is not that of a control API"), error.getMessage());
                assertEquals(Integer.parseInt(status.substring(0, 3)), error.status());
            }
        }
    }

    /** Answers all calls until the socket is closed. */
    private static void answer(ServerSocket socket, String status, String body) {
        String answer = "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                connection.getInputStream().read(new byte[65536]);
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            } catch (IOException error) {
                // The test has ended, or the client left.
            }
        }
    }

    @Test
    void aLoopbackServerIsReachedWithoutAProxy() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new DeadProxy());
        try (Server server = Foilmock.start()) {
            assertEquals(List.of(), server.testSandbox("no proxy").sessions());
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void theOptionProgramBeatsTheVariable() {
        assertEquals("the option program names \"/nowhere/foilmock\", which cannot be run: No such file or directory",
                refusal(Map.of("FOILMOCK_PROGRAM", PROGRAM), "Linux", "/nowhere/foilmock"));
    }

    @Test
    void aProgramThatCannotBeRunIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("no program"), "text");
        assertEquals("FOILMOCK_PROGRAM names \"" + file + "\", which cannot be run: Permission denied",
                refusal(Map.of("FOILMOCK_PROGRAM", file.toString()), "Linux", null));
    }

    @Test
    void aServerThatDoesNotStartSaysWhy() {
        String error = assertThrows(IllegalStateException.class, () -> Foilmock.start("--fixtures", "/nowhere/fixtures")).getMessage();
        assertTrue(error.startsWith(PROGRAM + " exec did not start a server: "), error);
        assertTrue(error.contains("/nowhere/fixtures"), error);
    }

    @Test
    void anotherProgramIsNotTakenForFoilmock(@TempDir Path folder) throws IOException {
        String talker = program(folder, "talker", "echo Hello; exec cat >/dev/null");
        assertEquals(talker + " exec did not start a server: it said \"Hello\"", refusal(Map.of(), "Linux", talker));
        String other = program(folder, "other", "echo '{\"url\": 1}'; exec cat >/dev/null");
        assertEquals(other + " exec did not start a server: it said \"{\"url\": 1}\"", refusal(Map.of(), "Linux", other));
        String mute = program(folder, "mute", "exit 3");
        assertEquals(mute + " exec did not start a server: it ended and said nothing", refusal(Map.of(), "Linux", mute));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep $long", "echo \"{}\" | sleep $long", "(sleep $long; sleep $long) & wait"})
    void aServerThatIsNotReadyInTimeLeavesNothing(String script, @TempDir Path folder) throws Exception {
        String slow = program(folder, "slow", "long=" + LONG + "; " + script + "; true");
        long start = System.nanoTime();
        Exception error = assertThrows(IllegalStateException.class,
                () -> Foilmock.start(Map.of(), "Linux", slow, List.of(), Duration.ofMillis(500)));
        assertEquals(slow + " exec did not start a server: it was not ready in 0.5 s", error.getMessage());
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3), "it took too long");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "echo {}; sleep $long", "yes $long", "echo null; sleep $long & wait", "yes $long | tr -d '\\n'", "exec >&-; sleep $long"
    })
    void aWrongProgramFailsAtOnceAndLeavesNothing(String script, @TempDir Path folder) throws Exception {
        String wrong = program(folder, "wrong", "long=" + LONG + "; " + script + "; true");
        long start = System.nanoTime();
        String error = refusal(Map.of(), "Linux", wrong);
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3), "it took too long");
        assertTrue(error.length() < 1000, error);
        assertNothingIsLeft();
    }

    @Test
    void closeEndsWhatAWrapperStarted(@TempDir Path folder) throws Exception {
        String wrapper = program(folder, "wrapper", "\"" + PROGRAM + "\" \"$@\"; sleep " + LONG + "; true");
        Foilmock.start(Path.of(wrapper)).close();
        assertNothingIsLeft();
    }

    /** Of what these scripts run. A process that has ended has no command, even if nobody has waited for it yet. */
    private static void assertNothingIsLeft() throws InterruptedException {
        for (long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3); ; Thread.sleep(10)) {
            List<String> left = ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(" " + LONG))
                    .collect(Collectors.toList());
            if (left.isEmpty()) {
                return;
            }
            assertTrue(System.nanoTime() < deadline, left.toString());
        }
    }

    @Test
    void aScriptWithoutItsInterpreterIsTold(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("foilmock"), "#!/nowhere/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        String words = "its interpreter is missing, which a script names in its first line";
        assertEquals("the option program names \"" + file + "\", which cannot be run: " + words,
                refusal(Map.of(), "Linux", file.toString()));
    }

    private static String refusal(Map<String, String> variables, String system, String program) {
        return assertThrows(IllegalStateException.class, () -> Foilmock.start(variables, system, program, List.of())).getMessage();
    }

    private static String program(Path folder, String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------")).toString();
    }

    /** Leads to a port on which nobody listens. */
    private static final class DeadProxy extends ProxySelector {
        private final Proxy proxy;

        DeadProxy() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", socket.getLocalPort()));
            }
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(proxy);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException error) {}
    }
}

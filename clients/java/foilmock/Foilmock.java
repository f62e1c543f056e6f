package foilmock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Starts foilmock for tests, and makes the calls of its control API. docs/control.md says what the calls take.
 *
 * <p>All of it may be used from any thread.
 */
public final class Foilmock {
    /** In place of a body: the call has none. A body of {@code null} is JSON's null. */
    public static final Object NO_BODY = new Object();

    private static final String URL = "FOILMOCK_CONTROL_URL";
    private static final String TOKEN = "FOILMOCK_CONTROL_TOKEN";
    private static final String PROGRAM = "FOILMOCK_PROGRAM";

    private Foilmock() {}

    /**
     * Starts a server with these options, such as {@code "--fixtures", "src/test/characters"}. The program is {@code
     * FOILMOCK_PROGRAM}, else the {@code foilmock} on PATH.
     *
     * <p>Where FOILMOCK_CONTROL_URL and FOILMOCK_CONTROL_TOKEN are set, that server is used and nothing is started.
     */
    public static Server start(String... options) {
        return start(System.getenv(), System.getProperty("os.name"), null, listed(options));
    }

    /** The same with a program of your choice. */
    public static Server start(Path program, String... options) {
        return start(System.getenv(), System.getProperty("os.name"), program.toString(), listed(options));
    }

    private static List<String> listed(String... options) {
        if (options == null || Arrays.asList(options).contains(null)) {
            throw new IllegalArgumentException("options of start are texts, such as \"--seed\", \"7\", and not null");
        }
        return List.of(options);
    }

    static Server start(Map<String, String> variables, String system, String program, List<String> options) {
        return start(variables, system, program, options, Duration.ofSeconds(30));
    }

    /** {@code limit} is how long a server may take until it is ready. */
    static Server start(Map<String, String> variables, String system, String program, List<String> options, Duration limit) {
        String url = variables.getOrDefault(URL, "");
        String token = variables.getOrDefault(TOKEN, "");
        if (url.isEmpty() != token.isEmpty()) {
            throw new IllegalStateException((url.isEmpty() ? TOKEN + " is set and " + URL : URL + " is set and " + TOKEN)
                    + " is not: set both to use a server that runs, or neither to have one started");
        }
        if (!url.isEmpty()) {
            return running(url.replaceAll("/+$", ""), token, variables);
        }
        if (!system.equals("Linux")) {
            throw new IllegalStateException("foilmock runs on Linux, not on " + system + ": run its container image, and set "
                    + URL + " and " + TOKEN);
        }
        String named = variables.getOrDefault(PROGRAM, "");
        if (program != null) {
            return Launch.server(program, "the option program", options, limit);
        }
        return named.isEmpty()
                ? Launch.server("foilmock", "", options, limit)
                : Launch.server(named, PROGRAM, options, limit);
    }

    private static Server running(String url, String token, Map<String, String> variables) {
        try {
            new Control(url, token, null);
        } catch (IllegalArgumentException error) {
            throw new IllegalStateException(URL + ": " + error.getMessage());
        }
        // The HTTP client would show the token in its error.
        if (!token.matches("[!-~]+")) {
            throw new IllegalStateException(TOKEN + " has a character that a token cannot have, such as a space or the end of a line");
        }
        String baseUrl = variables.getOrDefault("FOILENGINE_BASE_URL", "").replaceAll("/+$", "");
        if (baseUrl.isEmpty()) {
            baseUrl = url.replaceFirst("/_foilmock$", "");
        }
        return new Server(baseUrl, variables.getOrDefault("FOILENGINE_API_KEY", ""), url, token, OptionalLong.empty(), null);
    }

    /** A call that the server refused or did not answer. The text has the server's own words. */
    public static final class ControlError extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        ControlError(String message, int status, Throwable cause) {
            super(message, cause);
            this.status = status;
        }

        /** The status of the answer; 0 when there was no answer. */
        public int status() {
            return status;
        }
    }

    /** A server that takes requests. One that was started here ends with {@link #close}, and with this JVM in any case. */
    public static final class Server implements AutoCloseable {
        private final String baseUrl;
        private final String apiKey;
        private final OptionalLong processId;
        private final Control control;

        private Server(String baseUrl, String apiKey, String url, String token, OptionalLong processId, Launch launch) {
            this.baseUrl = baseUrl;
            this.apiKey = apiKey;
            this.processId = processId;
            this.control = new Control(url, token, launch);
        }

        /** What clients take as their base URL. */
        public String baseUrl() {
            return baseUrl;
        }

        /** A key of the built-in account, which all tests share. A sandbox has a key of its own. */
        public String apiKey() {
            return apiKey;
        }

        public String controlUrl() {
            return control.url;
        }

        public String controlToken() {
            return control.token;
        }

        /** Empty when this JVM did not start the server. */
        public OptionalLong processId() {
            return processId;
        }

        /** A sandbox of any name. A key {@code pk_test_…} is the name of the sandbox that it opens. */
        public Sandbox sandbox(String name) {
            return new Sandbox(control, name, baseUrl);
        }

        /** The sandbox of this test alone: it is empty, and its rate limits are lifted. The name makes its key. */
        public Sandbox testSandbox(String testName) {
            Sandbox sandbox = sandbox("pk_test_" + sha256(testName).substring(0, 24));
            sandbox.reset();
            sandbox.limits(null);
            return sandbox;
        }

        /** Ends the server and waits until it is gone. A server that was not started here goes on. */
        @Override
        public void close() {
            if (control.launch != null) {
                control.launch.end();
            }
        }

        private static String sha256(String text) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(text));
                StringBuilder hex = new StringBuilder();
                for (byte part : digest) {
                    hex.append(String.format("%02x", part));
                }
                return hex.toString();
            } catch (NoSuchAlgorithmException error) {
                throw new AssertionError("each Java has SHA-256", error);
            }
        }
    }

    /** What the requests of one key share: sessions, clock, limits, faults, scripts and the journal. */
    public static final class Sandbox {
        private final Control control;
        private final String name;
        private final String path;
        private final String baseUrl;
        private final Clock clock;

        private Sandbox(Control control, String name, String baseUrl) {
            this.control = control;
            this.name = name;
            this.path = "/sandboxes/" + encoded(name, "");
            this.baseUrl = baseUrl;
            this.clock = new Clock(this);
        }

        public String name() {
            return name;
        }

        /** What clients take as their key. */
        public String key() {
            if (!name.startsWith("pk_test_") && !name.startsWith("ft_sk_test_") && !name.startsWith("ftc_test_")) {
                throw new IllegalStateException("sandbox \"" + name + "\" has no key of its own: use a key of its account, or ownUrl()");
            }
            return name;
        }

        /** What clients take as their base URL, with the key of the sandbox. */
        public String baseUrl() {
            return baseUrl;
        }

        /** A base URL under which calls with any key act in this sandbox. */
        public String ownUrl() {
            return baseUrl + "/@" + encoded(name, "");
        }

        public Clock clock() {
            return clock;
        }

        /** Removes everything that the sandbox holds; its clock and its limits are those of a new one. */
        public Map<String, Object> reset() {
            return read(Map.of("name", String.class), "POST", "/reset", NO_BODY);
        }

        public void delete() {
            read(Map.of("deleted", String.class), "DELETE", "", NO_BODY);
        }

        /** {@code Map.of("messages_per_minute", 30, "other_per_minute", 60)}, or null for no limits. */
        public void limits(Map<String, ?> limits) {
            call("PUT", "/limits", limits);
        }

        public List<Map<String, Object>> sessions() {
            return list("sessions", "/sessions", Map.of());
        }

        /** The whole sandbox as one document, for {@link #restore}. */
        public Map<String, Object> snapshot() {
            return read(Map.of("kind", String.class), "GET", "/snapshot", NO_BODY);
        }

        public void restore(Map<String, ?> snapshot) {
            call("PUT", "/snapshot", snapshot);
        }

        /** The fault strikes each request. Returns its id. */
        public String fault(String kind) {
            return fault(kind, Map.of());
        }

        /** {@code fault("status", Map.of("status", 503, "nth", 3, "match", Map.of("player", "sam")))}. Returns the fault's id. */
        public String fault(String kind, Map<String, ?> how) {
            Map<String, Object> fault = new LinkedHashMap<>();
            fault.put("kind", kind);
            fault.putAll(how);
            return (String) read(Map.of("id", String.class), "POST", "/faults", fault).get("id");
        }

        /** Each with how often it has {@code struck}. */
        public List<Map<String, Object>> faults() {
            return list("faults", "/faults", Map.of());
        }

        public void removeFault(String id) {
            call("DELETE", "/faults/" + encoded(id, ""));
        }

        public void removeFaults() {
            call("DELETE", "/faults");
        }

        /** What becomes of a player's next messages: {@code Map.of("player", "sam", "steps", List.of(Map.of("decision", "pass")))}. */
        public Map<String, Object> script(Map<String, ?> script) {
            return read(Map.of("id", String.class), "POST", "/scripts", script);
        }

        /** All requests and their answers, the oldest first. */
        public List<Map<String, Object>> journal() {
            return journal(Map.of());
        }

        /** Those that match; all, if the match is null. {@code status} may have bounds: {@code Map.of("gte", 400, "lte", 499)}. */
        public List<Map<String, Object>> journal(Map<String, ?> match) {
            Map<String, Object> query = new LinkedHashMap<>();
            if (match != null) {
                match.forEach((member, value) -> query.put(member, parameter(member, value)));
            }
            return list("entries", "/journal", query);
        }

        /** All of the journal as JSON lines, for {@code foilmock replay}. */
        public String journalText() {
            return control.lines("GET", path + "/journal", Map.of("format", "jsonl"));
        }

        /** Throws an AssertionError that names the nearest requests, unless so many match. Returns how many match. */
        public int verify(int count, Map<String, ?> match) {
            return verified(count, match);
        }

        /** The same with bounds: {@code Map.of("gte", 1, "lte", 3)}. */
        public int verify(Map<String, Integer> count, Map<String, ?> match) {
            return verified(count, match);
        }

        private int verified(Object count, Map<String, ?> match) {
            Map<String, Object> verdict = read(Map.of("ok", Boolean.class, "count", Long.class), "POST", "/verify",
                    Map.of("match", match == null ? Map.of() : match, "count", count));
            if (!Boolean.TRUE.equals(verdict.get("ok"))) {
                throw new AssertionError(verdict.get("explanation"));
            }
            return ((Number) verdict.get("count")).intValue();
        }

        /** Why a turn went as it did. */
        public Map<String, Object> explain(String session, int turn) {
            return read(Map.of("turn", Long.class), "GET", "/sessions/" + encoded(session, "") + "/turns/" + turn, NO_BODY);
        }

        /** Any control route of a sandbox: {@code call("GET", "/sessions")}. */
        public Map<String, Object> call(String method, String path) {
            return call(method, path, NO_BODY, Map.of());
        }

        public Map<String, Object> call(String method, String path, Object body) {
            return call(method, path, body, Map.of());
        }

        /** Null where the answer is JSON's null. */
        public Map<String, Object> call(String method, String path, Object body, Map<String, ?> query) {
            // Else it would be the end of the name, so of another sandbox.
            if (!path.isEmpty() && !path.startsWith("/")) {
                throw new IllegalArgumentException("a path of call begins with \"/\", not \"" + path + "\"");
            }
            return control.call(method, this.path + encoded(path, "/%?&=:@!$'()*+,;"), body, query);
        }

        /** A member of a match as queries have it. */
        private static Object parameter(String member, Object value) {
            if (!(value instanceof Map)) {
                return value;
            }
            Map<?, ?> bounds = (Map<?, ?>) value;
            Object least = bounds.get("gte");
            Object most = bounds.get("lte");
            int known = (least == null ? 0 : 1) + (most == null ? 0 : 1);
            if (!member.equals("status") || known == 0 || known != bounds.size()) {
                throw new IllegalArgumentException("\"" + member
                        + "\" of a journal takes a value, or as \"status\" bounds \"gte\" and \"lte\", not " + Json.write(value));
            }
            return (least == null ? 100 : least) + "-" + (most == null ? 999 : most);
        }

        /** The answer, which has these members. */
        private Map<String, Object> read(Map<String, Class<?>> members, String method, String below, Object body) {
            return control.read(members, method, path + below, body, Map.of());
        }

        @SuppressWarnings("unchecked")
        private List<Map<String, Object>> list(String member, String below, Map<String, ?> query) {
            return (List<Map<String, Object>>) control.read(Map.of(member, List.class), "GET", path + below, NO_BODY, query).get(member);
        }

        @Override
        public String toString() {
            return "Sandbox \"" + name + "\"";
        }
    }

    /**
     * The clock of a sandbox. A frozen clock changes only when it is advanced; with an offset it runs on from another time.
     *
     * <p>Unless the clock is the real one nobody waits: a delay, a pause in a stream and the wait of a 429 advance the clock.
     */
    public static final class Clock {
        /** What {@link #freeze()} takes. */
        public static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

        private final Sandbox sandbox;

        private Clock(Sandbox sandbox) {
            this.sandbox = sandbox;
        }

        /** In whole seconds. */
        public Instant now() {
            return now("GET", "/clock", NO_BODY);
        }

        public void freeze() {
            freeze(NOON);
        }

        public void freeze(Instant at) {
            now("PUT", "/clock", Map.of("mode", "frozen", "at", at.toString()));
        }

        public void offset(Instant at) {
            now("PUT", "/clock", Map.of("mode", "offset", "at", at.toString()));
        }

        public void real() {
            now("PUT", "/clock", Map.of("mode", "real"));
        }

        /** Returns what the clock shows then. */
        public Instant advance(Duration time) {
            BigDecimal seconds = BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), 9));
            return now("POST", "/clock/advance", Map.of("seconds", seconds));
        }

        private Instant now(String method, String below, Object body) {
            return Instant.parse((String) sandbox.read(Map.of("now", String.class), method, below, body).get("now"));
        }
    }

    /** Calls of the control API. */
    private static final class Control {
        private static final Duration TIMEOUT = Duration.ofSeconds(30);

        final String url;
        final String token;
        /** Null where the server was not started here. */
        final Launch launch;
        private final HttpClient client;

        Control(String url, String token, Launch launch) {
            this.url = url;
            this.token = token;
            this.launch = launch;
            String host = host(url);
            HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT);
            if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
                builder.proxy(HttpClient.Builder.NO_PROXY);
            }
            this.client = builder.build();
        }

        private static String host(String url) {
            try {
                URI uri = new URI(url);
                if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
                    throw new IllegalArgumentException("\"" + url + "\" is not the URL of a control API: it has a query or a fragment");
                }
                if (uri.getHost() != null && uri.getPort() < 65536 && List.of("http", "https").contains(uri.getScheme())) {
                    return uri.getHost();
                }
            } catch (URISyntaxException error) {
                // Reported below, in the same words.
            }
            throw new IllegalArgumentException("\"" + url + "\" is not the URL of a control API, such as http://127.0.0.1:8000/_foilmock");
        }

        Map<String, Object> call(String method, String path, Object body, Map<String, ?> query) {
            HttpResponse<String> answer = answer(method, path, body, query);
            try {
                return Json.object(answer.body());
            } catch (IllegalArgumentException error) {
                throw foreign(method, path, answer.statusCode());
            }
        }

        /** The answer, which is an object with these members. */
        Map<String, Object> read(Map<String, Class<?>> members, String method, String path, Object body, Map<String, ?> query) {
            Map<String, Object> answer = call(method, path, body, query);
            if (answer == null || !members.entrySet().stream().allMatch(each -> each.getValue().isInstance(answer.get(each.getKey())))) {
                throw foreign(method, path, 200);
            }
            return answer;
        }

        /** The answer as the server wrote it: JSON lines, of which the first is a header. */
        String lines(String method, String path, Map<String, ?> query) {
            String lines = answer(method, path, NO_BODY, query).body();
            if (!lines.startsWith("{\"foilmock\":")) {
                throw foreign(method, path, 200);
            }
            return lines;
        }

        private ControlError foreign(String method, String path, int status) {
            return new ControlError(method + " " + path + ": the answer of " + url + " is not that of a control API", status, null);
        }

        /** The path is encoded. */
        private HttpResponse<String> answer(String method, String path, Object body, Map<String, ?> query) {
            String parameters = query.entrySet().stream()
                    .map(entry -> encoded(entry.getKey(), "") + "=" + encoded(String.valueOf(entry.getValue()), ""))
                    .collect(Collectors.joining("&"));
            String target = path + (parameters.isEmpty() ? "" : (path.contains("?") ? "&" : "?") + parameters);
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/v1" + target))
                    .timeout(TIMEOUT)
                    .header("Authorization", "Bearer " + token);
            if (body == NO_BODY) {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            } else {
                request.header("Content-Type", "application/json");
                request.method(method, HttpRequest.BodyPublishers.ofString(Json.write(body)));
            }
            HttpResponse<String> answer;
            try {
                answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            } catch (IOException error) {
                throw new ControlError(method + " " + path + ": no answer from " + url + ": " + reason(error), 0, error);
            } catch (InterruptedException error) {
                Thread.currentThread().interrupt();
                throw new ControlError(method + " " + path + ": the thread was interrupted", 0, error);
            }
            if (answer.statusCode() >= 400) {
                String words = method + " " + path + ": " + answer.statusCode() + ": " + message(answer.body());
                throw new ControlError(words, answer.statusCode(), null);
            }
            // The control API sends nobody elsewhere.
            if (answer.statusCode() >= 300) {
                throw foreign(method, path, answer.statusCode());
            }
            return answer;
        }

        private String reason(IOException error) {
            if (launch != null && !launch.process.isAlive()) {
                return "the server has ended";
            }
            if (error instanceof ConnectException) {
                return "no connection; check the URL, and that the server runs";
            }
            return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        }

        /** What the body of an error says. */
        private static String message(String text) {
            try {
                return String.valueOf(((Map<?, ?>) Json.object(text).get("error")).get("message"));
            } catch (IllegalArgumentException | ClassCastException | NullPointerException error) {
                return text.isBlank() ? "the answer has no text" : text.strip();
            }
        }
    }

    /**
     * Runs {@code foilmock exec -- cat}. The command reads a pipe that this JVM holds open; when the JVM has ended, whichever way, the pipe
     * is closed, so the command ends and the server with it.
     */
    private static final class Launch {
        private static final long END_SECONDS = 5;
        private static final int KEPT = 8192;
        private static final int SHOWN = 200;

        final Process process;
        /** The first line of its output, when it has come. */
        private final BlockingQueue<String> firstLine = new ArrayBlockingQueue<>(1);
        private final Thread listener;
        /** What was said on standard error before the server was ready. */
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean isReady;

        private Launch(Process process) {
            this.process = process;
            run("foilmock output", () -> firstLine.add(read()));
            listener = run("foilmock errors", this::listen);
        }

        private static Thread run(String name, Runnable task) {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        /** {@code source} says who named the program; it is empty if nobody did. */
        static Server server(String program, String source, List<String> options, Duration limit) {
            List<String> command = new ArrayList<>(List.of(program, "exec", "--ready-file", "/dev/stdout", "--drain", "1s"));
            command.addAll(options);
            command.addAll(List.of("--", "cat"));
            Launch launch = new Launch(process(command, source));
            String line = launch.line(limit);
            try {
                Map<String, Object> ready = Json.object(line);
                Server server = new Server((String) ready.get("url"), (String) ready.get("api_key"),
                        (String) ready.get("control_url"), (String) ready.get("control_token"),
                        OptionalLong.of((Long) ready.get("process_id")), launch);
                launch.passOn();
                return server;
            } catch (IllegalArgumentException | ClassCastException | NullPointerException error) {
                launch.kill();
                launch.end();
                throw new IllegalStateException(program + " exec did not start a server: "
                        + (line == null ? "it was not ready in " + seconds(limit) + " s" : launch.words(line)));
            }
        }

        private static Process process(List<String> command, String source) {
            try {
                return new ProcessBuilder(command).start();
            } catch (IOException error) {
                String program = command.get(0);
                if (error.getMessage().matches("(?s).*error[:=] ?2\\b.*") && isThere(program)) {
                    throw new IllegalStateException((source.isEmpty() ? "PATH" : source) + " names \"" + program
                            + "\", which cannot be run: its interpreter is missing, which a script names in its first line");
                }
                throw new IllegalStateException(source.isEmpty()
                        ? "there is no program foilmock on PATH: install it, or name it in " + PROGRAM
                                + ", or run the tests by foilmock exec"
                        // Java 17 ends with "error=13, Permission denied", Java 21 with "error: 13 (Permission denied)".
                        : source + " names \"" + program + "\", which cannot be run: "
                                + error.getMessage().replaceFirst("(?s)^.*error[:=] ?\\d+,? \\(?([^()]*)\\)?\\s*$", "$1"));
            }
        }

        private static String seconds(Duration time) {
            return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
        }

        /** Whether there is a file of this path, or of this name in a folder of PATH. */
        private static boolean isThere(String program) {
            if (program.contains("/")) {
                return Files.exists(Path.of(program));
            }
            String path = System.getenv().getOrDefault("PATH", "");
            return Stream.of(path.split(":")).anyMatch(folder -> Files.exists(Path.of(folder, program)));
        }

        /** The first line; null where it does not come in time. The read itself goes on as long as any process holds the pipe. */
        private String line(Duration limit) {
            try {
                return firstLine.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException error) {
                kill();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the thread was interrupted while a server started", error);
            }
        }

        /** What comes before the end of the line, of the output, or of what a line may have. */
        private String read() {
            StringBuilder line = new StringBuilder();
            try {
                InputStreamReader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
                for (int letter = reader.read(); letter >= 0 && letter != '\n' && line.length() < KEPT; letter = reader.read()) {
                    line.append((char) letter);
                }
            } catch (IOException error) {
                // The process has ended.
            }
            return line.toString();
        }

        private void listen() {
            byte[] bytes = new byte[KEPT];
            try (InputStream errors = process.getErrorStream()) {
                for (int count = errors.read(bytes); count >= 0; count = errors.read(bytes)) {
                    take(bytes, count);
                }
            } catch (IOException error) {
                // The process has ended.
            }
        }

        private synchronized void take(byte[] bytes, int count) {
            if (isReady) {
                System.err.write(bytes, 0, count);
                System.err.flush();
            } else {
                kept.write(bytes, 0, Math.min(count, KEPT - kept.size()));
            }
        }

        private synchronized void passOn() {
            isReady = true;
            take(kept.toByteArray(), kept.size());
        }

        private synchronized String words(String line) {
            String words = kept.toString(StandardCharsets.UTF_8).strip();
            return !words.isEmpty() ? words : line.isEmpty() ? "it ended and said nothing"
                    : "it said \"" + line.substring(0, Math.min(line.length(), SHOWN)) + "\"";
        }

        void end() {
            try {
                process.getOutputStream().close();
            } catch (IOException error) {
                // The pipe is closed then, too.
            }
            try {
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    kill();
                    process.waitFor();
                }
                listener.join(1000);
            } catch (InterruptedException error) {
                kill();
                Thread.currentThread().interrupt();
            }
        }

        /** With what it has started, which a script may wait for. Not by the process itself, which would close its pipes. */
        private void kill() {
            Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .collect(Collectors.toList())
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    /**
     * JSON as Java's own values: a Map that keeps the order, a List, a String, a Long (a Double if it has a fraction, an exponent or too
     * many digits), a Boolean, null.
     */
    public static final class Json {
        private static final int DEEPEST = 500;

        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** Throws an IllegalArgumentException that says where the text is no JSON. */
        public static Object read(String text) {
            Json json = new Json(text);
            Object value = json.value(0);
            if (json.next() >= 0) {
                throw json.wrong("the end");
            }
            return value;
        }

        /** The same where an object is expected; null where the text is JSON's null. */
        @SuppressWarnings("unchecked")
        public static Map<String, Object> object(String text) {
            Object value = read(text);
            if (value != null && !(value instanceof Map)) {
                throw new IllegalArgumentException("JSON: expected an object, not " + write(value));
            }
            return (Map<String, Object>) value;
        }

        /** Takes Map, Iterable, CharSequence, Number, Boolean and null. */
        public static String write(Object value) {
            StringBuilder json = new StringBuilder();
            write(value, json, 0);
            return json.toString();
        }

        private Object value(int depth) {
            int first = next();
            if (depth == DEEPEST && (first == '{' || first == '[')) {
                throw wrong("at most " + DEEPEST + " arrays and objects within each other");
            }
            switch (first) {
                case '{':
                    return members(depth);
                case '[':
                    return elements(depth);
                case '"':
                    return string();
                case 't':
                    return word("true", true);
                case 'f':
                    return word("false", false);
                case 'n':
                    return word("null", null);
                default:
                    if (first == '-' || isDigit(first)) {
                        return number();
                    }
                    throw wrong("a value");
            }
        }

        private Map<String, Object> members(int depth) {
            Map<String, Object> members = new LinkedHashMap<>();
            at++;
            if (next() == '}') {
                at++;
                return members;
            }
            do {
                if (next() != '"') {
                    throw wrong("a name in quotation marks");
                }
                String name = string();
                if (next() != ':') {
                    throw wrong("a colon");
                }
                at++;
                members.put(name, value(depth + 1));
            } while (goesOn('}'));
            return members;
        }

        private List<Object> elements(int depth) {
            List<Object> elements = new ArrayList<>();
            at++;
            if (next() == ']') {
                at++;
                return elements;
            }
            do {
                elements.add(value(depth + 1));
            } while (goesOn(']'));
            return elements;
        }

        /** Takes a comma or the end of a list. */
        private boolean goesOn(char end) {
            int sign = next();
            if (sign != ',' && sign != end) {
                throw wrong("a comma or " + end);
            }
            at++;
            return sign == ',';
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            at++;
            while (peek() != '"') {
                if (peek() < ' ') {
                    throw wrong("a quotation mark");
                }
                char letter = text.charAt(at++);
                string.append(letter == '\\' ? escape() : letter);
            }
            at++;
            return string.toString();
        }

        private char escape() {
            int escaped = "\"\\/bfnrtu".indexOf(peek());
            if (escaped < 0) {
                throw wrong("an escape");
            }
            at++;
            if (escaped < 8) {
                return "\"\\/\b\f\n\r\t".charAt(escaped);
            }
            int unit = 0;
            for (int digit = 0; digit < 4; digit++) {
                int part = peek() < 0 || peek() > 'f' ? -1 : Character.digit(peek(), 16);
                if (part < 0) {
                    throw wrong("four hexadecimal digits");
                }
                unit = unit * 16 + part;
                at++;
            }
            return (char) unit;
        }

        private Object number() {
            int start = at;
            boolean isWhole = true;
            if (peek() == '-') {
                at++;
            }
            if (peek() == '0') {
                at++;
            } else {
                digits();
            }
            if (peek() == '.') {
                isWhole = false;
                at++;
                digits();
            }
            if (peek() == 'e' || peek() == 'E') {
                isWhole = false;
                at++;
                if (peek() == '+' || peek() == '-') {
                    at++;
                }
                digits();
            }
            String number = text.substring(start, at);
            if (isWhole) {
                try {
                    return Long.valueOf(number);
                } catch (NumberFormatException error) {
                    // Too long for a Long: a Double has it, rounded.
                }
            }
            Double rounded = Double.valueOf(number);
            if (rounded.isInfinite()) {
                at = start;
                throw wrong("a number that a double can hold");
            }
            return rounded;
        }

        private void digits() {
            if (!isDigit(peek())) {
                throw wrong("a digit");
            }
            while (isDigit(peek())) {
                at++;
            }
        }

        private static boolean isDigit(int unit) {
            return unit >= '0' && unit <= '9';
        }

        private Object word(String word, Object value) {
            if (!text.startsWith(word, at)) {
                throw wrong("a value");
            }
            at += word.length();
            return value;
        }

        /** The next UTF-16 unit; -1 at the end. */
        private int peek() {
            return at < text.length() ? text.charAt(at) : -1;
        }

        private int next() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return peek();
        }

        private IllegalArgumentException wrong(String expected) {
            String before = text.substring(0, at);
            long line = before.chars().filter(unit -> unit == '\n').count() + 1;
            String found = at < text.length() ? write(new String(Character.toChars(text.codePointAt(at)))) : "the end";
            return new IllegalArgumentException("JSON: expected " + expected + ", not " + found + " (line " + line + ", column "
                    + (at - before.lastIndexOf('\n')) + ")");
        }

        private static void write(Object value, StringBuilder json, int depth) {
            if (depth == DEEPEST && (value instanceof Map || value instanceof Iterable)) {
                throw new IllegalArgumentException("JSON: more than " + DEEPEST + " collections within each other");
            }
            if (value == null || value instanceof Boolean) {
                json.append(value);
            } else if (value instanceof CharSequence) {
                writeText((CharSequence) value, json);
            } else if (value instanceof Number) {
                if (List.of("NaN", "Infinity", "-Infinity").contains(value.toString())) {
                    throw new IllegalArgumentException("JSON has no " + value);
                }
                json.append(value);
            } else if (value instanceof Map) {
                char separator = '{';
                for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                    json.append(separator);
                    writeText(String.valueOf(member.getKey()), json);
                    json.append(':');
                    write(member.getValue(), json, depth + 1);
                    separator = ',';
                }
                json.append(separator == '{' ? "{}" : "}");
            } else if (value instanceof Iterable) {
                char separator = '[';
                for (Object element : (Iterable<?>) value) {
                    json.append(separator);
                    write(element, json, depth + 1);
                    separator = ',';
                }
                json.append(separator == '[' ? "[]" : "]");
            } else {
                throw new IllegalArgumentException("JSON has no " + value.getClass().getName()
                        + ": give a Map, an Iterable, a text, a number, a Boolean or null");
            }
        }

        private static void writeText(CharSequence text, StringBuilder json) {
            json.append('"');
            for (int index = 0; index < text.length(); index++) {
                char letter = text.charAt(index);
                if (letter == '"' || letter == '\\') {
                    json.append('\\').append(letter);
                } else if (letter < ' ' || isAlone(text, index)) {
                    json.append(String.format("\\u%04x", (int) letter));
                } else {
                    json.append(letter);
                }
            }
            json.append('"');
        }

        /** Half of a pair of surrogates, which UTF-8 does not have. */
        private static boolean isAlone(CharSequence text, int index) {
            char letter = text.charAt(index);
            if (Character.isHighSurrogate(letter)) {
                return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
            }
            return Character.isLowSurrogate(letter) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
        }
    }

    /** In UTF-8, which would have a question mark for half of a surrogate pair: two names would become one. */
    private static byte[] bytes(String text) {
        if (IntStream.range(0, text.length()).anyMatch(index -> Json.isAlone(text, index))) {
            throw new IllegalArgumentException("a name has no half of a surrogate pair, as " + Json.write(text) + " has");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The text as a URL has it; characters of {@code kept} stay. */
    private static String encoded(String text, String kept) {
        StringBuilder url = new StringBuilder();
        for (byte unit : bytes(text)) {
            boolean isPlain = unit > 0 && (Character.isLetterOrDigit(unit) || "-._~".indexOf(unit) >= 0 || kept.indexOf(unit) >= 0);
            url.append(isPlain ? String.valueOf((char) unit) : String.format("%%%02X", unit));
        }
        return url.toString();
    }
}

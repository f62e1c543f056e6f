package foilmock;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foilmock.Foilmock.Server;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifeTest {
    /** A program that starts a server, does not close it, and ends as it was asked to. */
    static final class Starter {
        public static void main(String[] arguments) throws Exception {
            Server server = Foilmock.start();
            System.out.println(server.processId().getAsLong() + " " + server.baseUrl());
            System.in.read();
            if (arguments[0].equals("halting")) {
                Runtime.getRuntime().halt(3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed", "halting", "returning"})
    void theServerEndsWithTheJvm(String how) throws Exception {
        Process starter = starter(how);
        String[] server = line(starter).split(" ");
        ProcessHandle process = ProcessHandle.of(Long.parseLong(server[0])).orElseThrow();
        assertTrue(process.info().command().isPresent());
        if (how.equals("killed")) {
            starter.destroyForcibly();
        } else {
            starter.getOutputStream().close();
        }
        starter.waitFor();
        // A process that has ended has no command, even if nobody has waited for it yet.
        for (long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); process.info().command().isPresent(); Thread.sleep(10)) {
            assertTrue(System.nanoTime() < deadline, "the server has not ended");
        }
        assertThrows(ConnectException.class, () -> connect(server[1]));
    }

    private static Process starter(String how) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(java, "-cp", System.getProperty("java.class.path"), Starter.class.getName(), how))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String line(Process process) throws Exception {
        return new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
    }

    private static void connect(String baseUrl) throws Exception {
        URI url = URI.create(baseUrl);
        new Socket(url.getHost(), url.getPort()).close();
    }
}

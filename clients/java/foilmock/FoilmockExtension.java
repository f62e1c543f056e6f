package foilmock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * Gives JUnit tests a {@link Foilmock.Server}, one for the whole run, and a {@link Foilmock.Sandbox}, each test its own: empty, and
 * without rate limits.
 *
 * <p>The sandbox of a test that fails is kept, and its journal is written to a file.
 *
 * <p>Configuration parameters of JUnit: {@code foilmock.program}; {@code foilmock.options} of the server, separated by spaces; {@code
 * foilmock.artifacts}, the folder for journals of failed tests ({@code .foilmock}).
 */
public final class FoilmockExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(FoilmockExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Foilmock.Server.class || type == Foilmock.Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Foilmock.Server server = context.getRoot().getStore(NAMESPACE)
                .getOrComputeIfAbsent(Run.class, key -> new Run(context), Run.class)
                .server;
        if (parameter.getParameter().getType() == Foilmock.Server.class) {
            return server;
        }
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("a Sandbox belongs to one test: take it in the test method or in @BeforeEach; "
                    + "take a Server here, which has sandbox(name)");
        }
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Own.class, key -> new Own(context, server), Own.class)
                .sandbox;
    }

    /** The server of the run. JUnit closes it when all tests have ended. */
    private static final class Run implements CloseableResource {
        final Foilmock.Server server;

        Run(ExtensionContext context) {
            String words = context.getConfigurationParameter("foilmock.options").orElse("").strip();
            String[] options = words.isEmpty() ? new String[0] : words.split("\\s+");
            Optional<String> program = context.getConfigurationParameter("foilmock.program");
            server = program.isPresent() ? Foilmock.start(Path.of(program.get()), options) : Foilmock.start(options);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** The sandbox of one test. JUnit closes it when the test and all that follows it have ended. */
    private static final class Own implements CloseableResource {
        private final ExtensionContext test;
        final Foilmock.Sandbox sandbox;

        Own(ExtensionContext test, Foilmock.Server server) {
            this.test = test;
            this.sandbox = server.testSandbox(test.getUniqueId());
        }

        @Override
        public void close() {
            Optional<Throwable> thrown = test.getExecutionException();
            if (thrown.isPresent() && !(thrown.get() instanceof TestAbortedException)) {
                System.err.println(report());
                return;
            }
            try {
                sandbox.delete();
            } catch (Foilmock.ControlError error) {
                // The test may have deleted it or ended the server. A test that passed does not fail for that.
            }
        }

        private String report() {
            String name = test.getRequiredTestClass().getSimpleName() + "." + test.getRequiredTestMethod().getName();
            String report = "foilmock: " + name + " failed: " + test.getDisplayName() + "\n  sandbox  " + sandbox.name() + "\n  journal  ";
            Path folder = Path.of(test.getConfigurationParameter("foilmock.artifacts").orElse(".foilmock"));
            // The key of the sandbox tells apart tests of one name, as those with parameters.
            String digest = sandbox.name().substring("pk_test_".length()).substring(0, 8);
            Path file = folder.resolve(name.replaceAll("[^A-Za-z0-9._]+", "-") + "-" + digest + ".journal.jsonl");
            try {
                String journal = sandbox.journalText();
                if (Files.notExists(folder)) {
                    Files.createDirectories(folder);
                    Files.writeString(folder.resolve(".gitignore"), "# Journals of failed tests, written by foilmock.\n*\n");
                }
                Files.writeString(file, journal);
                return report + file + "\n  again    foilmock replay " + file;
            } catch (Foilmock.ControlError | IOException error) {
                return report + "none: " + error;
            }
        }
    }
}

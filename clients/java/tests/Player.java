package foilmock;

import foilmock.Foilmock.Json;
import foilmock.Foilmock.Sandbox;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** Sam, who has begun to talk to the barista. */
final class Player {
    static final String BARISTA = "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String baseUrl;
    private final String key;

    Player(Sandbox sandbox) throws Exception {
        this(sandbox.baseUrl(), sandbox.key());
    }

    Player(String baseUrl, String key) throws Exception {
        this.baseUrl = baseUrl;
        this.key = key;
        post("init-session", Map.of("user_session_id", "sam", "player_name", "Sam", "player_gender", "non-binary"));
    }

    HttpResponse<String> say(String line) throws Exception {
        return post("message", Map.of("user_session_id", "sam", "message", line));
    }

    private HttpResponse<String> post(String action, Map<String, String> body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/api/v1/sdk/chat/" + BARISTA + "/" + action))
                .header("X-API-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}

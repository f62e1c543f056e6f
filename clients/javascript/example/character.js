/** A character of a game, as the SDK routes of FoilEngine have it: with nothing but fetch. */
export class Character {
  constructor({ baseUrl, key, persona, player, wait = seconds }) {
    this.url = `${baseUrl}/api/v1/sdk/chat/${persona}`;
    this.key = key;
    this.player = player;
    this.wait = wait;
  }

  /** What it says when the player comes. */
  async greet(name) {
    const begun = await this.#post("/init-session", { player_name: name, player_gender: "non-binary" });
    return begun.message;
  }

  /** Its reply, with decision, score and outcome. */
  say(message) {
    return this.#post("/message", { message });
  }

  /** Tries once more where the service is busy, after the time that the service asks for. */
  async #post(path, body) {
    const request = {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-API-Key": this.key },
      body: JSON.stringify({ ...body, user_session_id: this.player }),
    };
    let answer = await fetch(this.url + path, request);
    if (answer.status === 429 || answer.status === 503) {
      await answer.text();
      await this.wait(Number(answer.headers.get("Retry-After") ?? 1));
      answer = await fetch(this.url + path, request);
    }
    if (!answer.ok) throw new Error(`${path}: ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}

function seconds(count) {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}

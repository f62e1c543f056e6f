import assert from "node:assert/strict";
import { after, test } from "node:test";

import { startFoilmock } from "foilmock";

import { Character } from "./character.js";

const MESSAGE = "POST /api/v1/sdk/chat/{persona_id}/message";
const server = await startFoilmock();
after(() => server.stop());

/** The barista, for a player in the test's own sandbox, and the waits that the game has met. */
async function barista(t) {
  const sandbox = await server.testSandbox(`barista: ${t.name}`);
  await sandbox.clock.freeze("2026-03-10T12:00:00Z");
  const waits = [];
  const character = new Character({
    baseUrl: sandbox.baseUrl,
    key: sandbox.key,
    persona: "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4",
    player: "sam",
    wait: async (seconds) => waits.push(seconds),
  });
  assert.match(await character.greet("Sam"), /What brings you here, Sam\?/);
  return { sandbox, character, waits };
}

test("who writes too fast waits for a minute", async (t) => {
  const { sandbox, character, waits } = await barista(t);
  await sandbox.limits({ messages_per_minute: 2 });
  for (const line of ["Hello", "Anything rare for sale?", "How much is it?"]) await character.say(line);
  assert.deepEqual(waits, [1]);
  assert.deepEqual(await sandbox.clock.now(), new Date("2026-03-10T12:01:00Z"));
  await sandbox.verify(1, { route: MESSAGE, status: 429 });
});

test("a line that met a failure is said once", async (t) => {
  const { sandbox, character } = await barista(t);
  await sandbox.fault("status", { status: 503, nth: 1, match: { route: MESSAGE } });
  const reply = await character.say("I heard you have something rare for sale.");
  assert.match(reply.message, /can you afford it\?/);
  await sandbox.verify(2, { route: MESSAGE });
  const [session] = await sandbox.sessions();
  assert.equal(session.turn_count, 1);
});

test("the game shows the reply that the script prepared", async (t) => {
  const { sandbox, character } = await barista(t);
  await sandbox.script({ player: "sam", steps: [{ decision: "kick_out", reply: "Out of my shop!" }] });
  const reply = await character.say("Hello");
  assert.deepEqual([reply.message, reply.outcome], ["Out of my shop!", "KICK_OUT"]);
});

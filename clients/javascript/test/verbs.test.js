import assert from "node:assert/strict";
import { after, test } from "node:test";

import { startFoilmock } from "foilmock";

import { BARISTA, MESSAGE, Player } from "./support.js";

const server = await startFoilmock();
after(() => server.stop());

/** A test with a sandbox of its own, and a player in it. */
function verb(name, rule) {
  test(name, async () => {
    const sandbox = await server.testSandbox(`verbs: ${name}`);
    await rule(sandbox, new Player(sandbox, "sam"));
  });
}

const NOON = new Date("2026-03-10T12:00:00Z");

// The clock

for (const [how, freeze, shown] of [
  ["at noon by default", (clock) => clock.freeze(), NOON],
  ["at a date", (clock) => clock.freeze(new Date(0)), new Date(0)],
  ["at a text with an offset", (clock) => clock.freeze("2026-03-10T13:00:00+01:00"), NOON],
]) {
  verb(`freeze stops the clock ${how}`, async (sandbox, sam) => {
    await freeze(sandbox.clock);
    await sam.begin();
    assert.deepEqual(await sandbox.clock.now(), shown);
  });
}

verb("freeze takes what else a clock has", async (sandbox, sam) => {
  await sandbox.clock.freeze(NOON, { auto_advance_seconds: 60 });
  await sam.begin();
  assert.deepEqual(await sandbox.clock.now(), new Date(NOON.getTime() + 60_000));
});

verb("offset sets the clock, which runs on", async (sandbox) => {
  await sandbox.clock.offset(NOON, { retry_after_scale: 0.5 });
  const { clock } = await sandbox.call("GET");
  assert.deepEqual([clock.mode, clock.retry_after_scale], ["offset", 0.5]);
  assert.ok((await sandbox.clock.now()) >= NOON);
});

verb("real ends both", async (sandbox) => {
  await sandbox.clock.freeze();
  await sandbox.clock.real();
  assert.equal((await sandbox.call("GET", "/clock")).mode, "real");
});

verb("advance puts the clock forward and returns its time", async (sandbox) => {
  await sandbox.clock.freeze();
  assert.deepEqual(await sandbox.clock.advance(90.5), new Date("2026-03-10T12:01:30Z"));
});

verb("a clock refuses a value that is not a time", async (sandbox) => {
  await assert.rejects(sandbox.clock.freeze(new Date("never")), {
    name: "TypeError",
    message: 'a clock takes a Date or a text such as "2026-03-10T12:00:00Z", not Invalid Date',
  });
  await assert.rejects(sandbox.clock.freeze(5), /not 5/);
  await assert.rejects(sandbox.clock.freeze("noon"), { name: "ControlError", status: 400 });
});

// Its state

verb("reset removes everything", async (sandbox, sam) => {
  await sam.begin();
  const state = await sandbox.reset();
  assert.deepEqual([state.name, state.sessions], [sandbox.name, 0]);
});

verb("delete removes the sandbox", async (sandbox) => {
  await sandbox.delete();
  await assert.rejects(sandbox.sessions(), { name: "ControlError", status: 404 });
});

verb("limits sets them, and null lifts them", async (sandbox, sam) => {
  await sandbox.clock.freeze();
  await sandbox.limits({ messages_per_minute: 1 });
  await sam.begin();
  const statuses = [];
  for (const line of ["one", "two"]) statuses.push((await sam.say(line)).status);
  await sandbox.limits(null);
  statuses.push((await sam.say("three")).status);
  assert.deepEqual(statuses, [200, 429, 200]);
});

verb("sessions lists them", async (sandbox) => {
  await new Player(sandbox, "Zoë 👋").begin();
  const [session] = await sandbox.sessions();
  assert.deepEqual([session.player, session.persona_id, session.turn_count], ["Zoë 👋", BARISTA, 0]);
});

verb("restore puts back what snapshot took", async (sandbox) => {
  await new Player(sandbox, "Zoë 👋").begin();
  const snapshot = await sandbox.snapshot();
  await sandbox.reset();
  await sandbox.restore(snapshot);
  assert.deepEqual(await sandbox.snapshot(), snapshot);
  assert.equal((await sandbox.sessions())[0].player, "Zoë 👋");
});

verb("a number beyond 2^53 loses digits in a snapshot, and a body that is a text keeps them", async (sandbox) => {
  await sandbox.call("PUT", "/seed", '{"seed": 9007199254740993}');
  assert.match(await sandbox.journalText(), /9007199254740993/);
  assert.equal((await sandbox.snapshot()).sandbox.settings.seed, 9007199254740992);
});

// What it does otherwise

verb("fault has requests fail, and faults counts them", async (sandbox, sam) => {
  await sam.begin();
  const id = await sandbox.fault("status", { status: 503, nth: 2, match: { route: MESSAGE } });
  const statuses = [];
  for (const line of ["one", "two", "three"]) statuses.push((await sam.say(line)).status);
  assert.deepEqual(statuses, [200, 503, 200]);
  const [fault] = await sandbox.faults();
  assert.deepEqual([fault.id, fault.kind, fault.struck, fault.state], [id, "status", 1, "spent"]);
});

verb("removeFault removes one, removeFaults all", async (sandbox) => {
  const first = await sandbox.fault("delay", { seconds: 1 });
  const second = await sandbox.fault("reset");
  await sandbox.removeFault(first);
  assert.deepEqual((await sandbox.faults()).map((fault) => fault.id), [second]);
  await sandbox.removeFaults();
  assert.deepEqual(await sandbox.faults(), []);
});

verb("script prepares the next replies", async (sandbox, sam) => {
  await sam.begin();
  const script = await sandbox.script({ player: "sam", steps: [{ reply: "Grüß dich 👋" }, {}] });
  assert.equal((await sam.say("Hello")).body.message, "Grüß dich 👋");
  assert.equal((await sandbox.call("GET", `/scripts/${script.id}`)).left, 1);
});

// What was asked and answered

verb("journal has the requests that match", async (sandbox, sam) => {
  await sam.begin();
  await sam.say("Grüß dich 👋");
  await new Player(sandbox, "kim").say("Hello");
  const found = async (match) => (await sandbox.journal(match)).map((entry) => entry.player ?? entry.kind);
  assert.deepEqual(await found(), ["sam", "sam", "kim"]);
  assert.deepEqual(await found({ message: "Grüß dich 👋", duplicate: false, player: undefined }), ["sam"]);
  assert.deepEqual(await found({ status: 200, limit: 1 }), ["sam"]);
  assert.deepEqual(await found({ status: { gte: 400 } }), ["kim"]);
  assert.deepEqual(await found({ status: { gte: 400, lte: 403 } }), []);
  assert.ok((await found({ control: true })).includes("control"));
});

verb("journal refuses a matcher, which a query cannot hold", async (sandbox) => {
  await assert.rejects(sandbox.journal({ message: { any: ["gold"] } }), {
    name: "TypeError",
    message: 'journal takes a text as message, not {"any":["gold"]}; verify takes matchers too',
  });
  await assert.rejects(sandbox.journal({ status: [400] }), /not \[400\]/);
  await assert.rejects(sandbox.journal({ sttus: 400 }), { name: "ControlError", status: 400 });
});

verb("journal and its text hold long answers", async (sandbox, sam) => {
  await sam.begin();
  const line = "é👋".repeat(600);
  for (let turn = 0; turn < 240; turn += 1) await sam.say(`${turn} ${line}`);
  const entries = await sandbox.journal();
  assert.equal(entries.length, 241);
  assert.equal(entries.at(-1).message, `239 ${line}`);
  const lines = (await sandbox.journalText()).trimEnd().split("\n").map((text) => JSON.parse(text));
  assert.equal(lines[0].sandbox, sandbox.name);
  assert.equal(lines.at(-1).message, `239 ${line}`);
});

verb("verify counts the requests that match", async (sandbox, sam) => {
  await sam.begin();
  for (const line of ["Gold, please", "Silver, please"]) await sam.say(line);
  assert.equal(await sandbox.verify(1, { message: { any: ["gold"] } }), 1);
  assert.equal(await sandbox.verify({ gte: 2, lte: 2 }, { route: MESSAGE, status: { gte: 200, lte: 299 } }), 2);
});

verb("verify fails with the server's explanation", async (sandbox, sam) => {
  await sam.begin();
  await sam.say("a gold coin");
  const failure = await sandbox.verify(1, { message: "silver" }).then(
    () => assert.fail("it passed"),
    (error) => error,
  );
  assert.ok(failure instanceof assert.AssertionError);
  assert.match(failure.message, /^0 requests match, not 1; nearest is #\d+ POST .*message: message is "a gold coin"/);
  assert.deepEqual([failure.actual, failure.expected], [0, 1]);
  assert.match(failure.stack, /verbs\.test\.js/);
});

verb("explain says why a turn came out as it did", async (sandbox, sam) => {
  const { body } = await sam.begin();
  await sam.say("I heard you have something rare for sale.");
  const turn = await sandbox.explain(body.session_id, 1);
  assert.deepEqual([turn.turn, turn.decision], [1, "pass"]);
  assert.match(turn.lines.join("\n"), /fires/);
});

verb("call reaches any other route of the sandbox", async (sandbox, sam) => {
  const { body } = await sam.begin();
  const changed = await sandbox.call("PATCH", `/sessions/${body.session_id}`, { score: 12 });
  assert.equal(changed.score, 12);
  assert.equal((await sandbox.call("GET", "/journal", undefined, { limit: 1 })).entries.length, 1);
  await assert.rejects(sandbox.call("GET", "sessions"), { message: 'a path of call begins with "/", not "sessions"' });
});

// Names

test("a test's key follows from its name as in the other languages", async () => {
  const sandbox = await server.testSandbox("shop: Zoë 👋");
  assert.equal(sandbox.key, "pk_test_886755bdcd280bea6683a8ba");
});

test("a test's sandbox is empty and has no limits each time", async () => {
  const sandbox = await server.testSandbox("twice");
  await new Player(sandbox, "sam").begin();
  await sandbox.limits({ messages_per_minute: 1 });
  await server.testSandbox("twice");
  const state = await sandbox.call("GET");
  assert.deepEqual([state.sessions, state.limits], [0, null]);
});

test("a sandbox has its own URL, where calls with any key act in it", async () => {
  const sandbox = server.sandbox("cart");
  assert.equal(sandbox.ownUrl, `${server.baseUrl}/@cart`);
  await new Player(sandbox, "sam", sandbox.ownUrl, server.apiKey).begin();
  assert.equal((await sandbox.sessions()).length, 1);
  assert.throws(() => sandbox.key, { message: 'sandbox "cart" has no key of its own: use a key of its account, or ownUrl' });
});

test("a key of the Handshake API names its sandbox, too", () => {
  assert.equal(server.sandbox("ft_sk_test_cart").key, "ft_sk_test_cart");
  assert.equal(server.sandbox("ftc_test_cart").key, "ftc_test_cart");
});

test("a key with magic words names its sandbox", async () => {
  const sandbox = server.sandbox("pk_test_words+flaky");
  await new Player(sandbox, "sam").begin();
  assert.deepEqual((await sandbox.faults()).map((fault) => fault.kind), ["status", "reset"]);
});

for (const name of ["", ".", "..", "a b", "a/b", "a?b#c", "%41", "é👋"]) {
  test(`the name ${JSON.stringify(name)} stays one name in a path, and the server refuses it`, async () => {
    const shown = `"/@${name}" names no sandbox`;
    await assert.rejects(server.sandbox(name).reset(), (error) => {
      assert.deepEqual([error.name, error.status], ["ControlError", 404]);
      assert.ok(error.message.includes(shown), error.message);
      return true;
    });
  });
}

for (const [name, why] of [
  [undefined, "a name, which is a text, not undefined"],
  [null, "a name, which is a text, not null"],
  [5, "a name, which is a text, not 5"],
  ["a\ud800", 'no name with half of a surrogate pair, such as "a\\ud800"'],
]) {
  test(`no sandbox has the name ${JSON.stringify(name)}`, async () => {
    assert.throws(() => server.sandbox(name), { name: "TypeError", message: `sandbox takes ${why}` });
    await assert.rejects(server.testSandbox(name), { name: "TypeError", message: `testSandbox takes ${why}` });
  });
}

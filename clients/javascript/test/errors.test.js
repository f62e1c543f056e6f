import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ControlError, startFoilmock } from "foilmock";

import { PROGRAM, isRunning, until } from "./support.js";

const INSTALL = "install foilmock, or give its path as FOILMOCK_PROGRAM or as the option program";
let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), "foilmock-js-"))));
after(() => rmSync(folder, { recursive: true }));

/** A program of a few lines of shell. */
function program(name, text) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The message with which a call fails. */
async function failure(promise) {
  const error = await promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
  assert.doesNotMatch(error.message, /\n/);
  return error;
}

async function startFailure(settings) {
  return (await failure(startFoilmock(settings))).message;
}

// The start

test("a program that is not there", async () => {
  assert.equal(await startFailure({ program: "/nowhere/foilmock" }), `there is no program "/nowhere/foilmock": ${INSTALL}`);
});

test("a script whose interpreter is missing", async (t) => {
  const script = program("script", "");
  writeFileSync(script, "#!/nowhere/sh\n");
  const why = "cannot be started: its interpreter is missing, which a script names in its first line";
  assert.equal(await startFailure({ program: script }), `"${script}" ${why}`);
  environment(t, { PATH: folder });
  assert.equal(await startFailure({ program: "script" }), `"script" ${why}`);
});

test("a program that is a folder", async () => {
  const message = await startFailure({ program: folder });
  assert.equal(message, `"${folder}" cannot be started: spawn ${folder} EACCES: ${INSTALL}`);
});

test("a program that is another one", async () => {
  const other = program("other", "echo What is $1?; cat");
  assert.equal(await startFailure({ program: other }), `"${other}" is not foilmock: it printed "What is exec?": ${INSTALL}`);
});

test("a program that ends", async () => {
  const broken = program("broken", "echo 'a library is missing' >&2; echo 'install it' >&2; exit 1");
  const message = await startFailure({ program: broken });
  assert.equal(message, `"${broken} exec" did not start: a library is missing; install it`);
});

test("a program that says nothing", async () => {
  assert.equal(await startFailure({ program: "/bin/true" }), '"/bin/true exec" did not start: it printed no error');
});

test("a program that is late is killed, with what it has started", async () => {
  const slow = program("slow", "tail -f /dev/null & echo $! >&2; wait");
  const message = await startFailure({ program: slow, timeout: 0.5 });
  assert.match(message, new RegExp(`^"${slow} exec" was not ready within 0.5 seconds: \\d+$`));
  await until("its process has ended", () => !isRunning(message.match(/\d+$/)[0]));
});

test("an option that the server does not know", async () => {
  assert.match(await startFailure({ options: ["--nonsense"] }), /exec" did not start: .*--nonsense/);
});

test("a port that is in use", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address();
  const message = await startFailure({ options: ["--port", String(port)] });
  other.close();
  assert.match(message, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: Address already in use`));
});

test("a setting that startFoilmock does not have", async () => {
  const message = 'startFoilmock has no "fixtures"; it takes program, options and timeout';
  assert.equal(await startFailure({ fixtures: "characters" }), message);
});

test("options that are not a list", async () => {
  assert.equal(
    await startFailure({ options: "--watch" }),
    'options of startFoilmock are a list, such as ["--fixtures", "characters"], not "--watch"',
  );
});

for (const [options, why] of [
  [["--"], 'have no "--": its command is not yours to choose'],
  [["--port", 8000], "are texts, not 8000"],
  [[null], "are texts, not null"],
]) {
  test(`options ${JSON.stringify(options)}`, async () => {
    const error = await failure(startFoilmock({ options }));
    assert.deepEqual([error.name, error.message], ["TypeError", `options of startFoilmock ${why}`]);
  });
}

for (const timeout of ["x", "5", NaN, Infinity, 0, -1, 2147484, null]) {
  test(`the timeout ${JSON.stringify(timeout)}`, async () => {
    const error = await failure(startFoilmock({ timeout }));
    const message = `timeout of startFoilmock is a number of seconds, above 0 and at most 2147483, not ${timeout}`;
    assert.deepEqual([error.name, error.message], ["TypeError", message]);
  });
}

test("a system other than Linux", async (t) => {
  const platform = Object.getOwnPropertyDescriptor(process, "platform");
  Object.defineProperty(process, "platform", { ...platform, value: "darwin" });
  t.after(() => Object.defineProperty(process, "platform", platform));
  assert.equal(
    await startFailure(),
    "foilmock runs on Linux: run its image, and set FOILMOCK_CONTROL_URL and FOILMOCK_CONTROL_TOKEN to what the container has",
  );
});

// The environment

/** The environment of one test, which calls this once. */
function environment(t, variables) {
  const before = process.env;
  process.env = { ...before, ...variables };
  t.after(() => (process.env = before));
}

for (const [set, unset] of [
  ["FOILMOCK_CONTROL_URL", "FOILMOCK_CONTROL_TOKEN"],
  ["FOILMOCK_CONTROL_TOKEN", "FOILMOCK_CONTROL_URL"],
]) {
  test(`${set} without ${unset}`, async (t) => {
    environment(t, { [set]: "http://127.0.0.1:1/_foilmock", [unset]: "" });
    const message = `${set} is set and ${unset} is not: set both, or neither to have a server started`;
    assert.equal(await startFailure(), message);
  });
}

test("a control URL that is not a URL of HTTP", async (t) => {
  environment(t, { FOILMOCK_CONTROL_URL: "localhost:8000", FOILMOCK_CONTROL_TOKEN: "the secret" });
  const message = '"localhost:8000" is not the URL of a control API, such as http://127.0.0.1:8000/_foilmock';
  assert.equal(await startFailure(), message);
});

for (const end of ["?", "?a=b", "#", "#top"]) {
  test(`a control URL that ends with ${end}`, async (t) => {
    const url = `http://127.0.0.1:1/_foilmock${end}`;
    environment(t, { FOILMOCK_CONTROL_URL: url, FOILMOCK_CONTROL_TOKEN: "the secret" });
    const message = `"${url}" is not the URL of a control API: it has a query or a fragment`;
    assert.equal(await startFailure(), message);
  });
}

test("a wrong token is refused, and not shown", async (t) => {
  const server = await startFoilmock();
  t.after(() => server.stop());
  environment(t, { FOILMOCK_CONTROL_URL: server.controlUrl, FOILMOCK_CONTROL_TOKEN: "wrong-secret" });
  const error = await failure((await startFoilmock()).sandbox("demo").reset());
  assert.ok(error instanceof ControlError);
  assert.equal(error.status, 401);
  assert.match(error.message, /401: .*token/i);
  assert.doesNotMatch(error.message, /wrong-secret/);
});

for (const token of ["with\nline", "secret\r\n", "\u2028secret"]) {
  test(`the token ${JSON.stringify(token)}`, async (t) => {
    environment(t, { FOILMOCK_CONTROL_URL: "http://127.0.0.1:1/_foilmock", FOILMOCK_CONTROL_TOKEN: token });
    const message = "the token of the control API has a line break or another character that no header can have";
    assert.equal(await startFailure(), message);
  });
}

// The answers

test("a call that the server refuses", async (t) => {
  const server = await startFoilmock();
  t.after(() => server.stop());
  const error = await failure(server.sandbox("demo").fault("staus"));
  assert.ok(error instanceof ControlError);
  assert.equal(error.status, 400);
  assert.match(error.message, /^POST \/sandboxes\/demo\/faults: 400: \$\.kind: .*"staus"/);
});

test("a server that has died", async () => {
  const server = await startFoilmock();
  process.kill(server.processId, "SIGKILL");
  await until("the server is gone", () => !isRunning(server.processId));
  const error = await failure(server.sandbox("demo").reset());
  assert.ok(error instanceof ControlError);
  assert.equal(error.status, null);
  assert.match(error.message, /^POST \/sandboxes\/demo\/reset: no answer from http:\S+: connect ECONNRE(FUSED|SET)/);
  await server.stop();
});

test("an answer that is cut off, and one that is not JSON", async (t) => {
  const answers = [
    (answer) => answer.writeHead(200, { "Content-Length": 10 }).write("{", () => answer.destroy()),
    (answer) => answer.writeHead(502).end("<html>Bad Gateway</html>"),
    (answer) => answer.writeHead(500).end(),
  ];
  const other = createServer((_, answer) => answers.shift()(answer)).listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  t.after(() => other.close());
  const url = `http://127.0.0.1:${other.address().port}/_foilmock`;
  environment(t, { FOILMOCK_CONTROL_URL: url, FOILMOCK_CONTROL_TOKEN: "the secret" });
  const sandbox = (await startFoilmock()).sandbox("demo");
  assert.match((await failure(sandbox.reset())).message, /no answer from .*aborted/);
  assert.match((await failure(sandbox.reset())).message, /502: <html>Bad Gateway<\/html>$/);
  assert.match((await failure(sandbox.reset())).message, /500: an empty answer$/);
});

const VERBS = {
  reset: (it) => it.reset(),
  delete: (it) => it.delete(),
  sessions: (it) => it.sessions(),
  snapshot: (it) => it.snapshot(),
  fault: (it) => it.fault("reset"),
  faults: (it) => it.faults(),
  script: (it) => it.script({ steps: [] }),
  journal: (it) => it.journal(),
  verify: (it) => it.verify(),
  explain: (it) => it.explain("s", 1),
  "clock.now": (it) => it.clock.now(),
  "clock.freeze": (it) => it.clock.freeze(),
  "clock.advance": (it) => it.clock.advance(1),
};

for (const [what, status, text] of [
  ["{}", 200, "{}"],
  ["null", 200, "null"],
  ["HTML", 200, "<html>Welcome</html>"],
  ["an empty 302", 302, ""],
]) {
  test(`the answer of another server: ${what}`, async (t) => {
    const other = createServer((_, answer) => answer.writeHead(status).end(text)).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    t.after(() => other.close());
    const url = `http://127.0.0.1:${other.address().port}/_foilmock`;
    environment(t, { FOILMOCK_CONTROL_URL: url, FOILMOCK_CONTROL_TOKEN: "the secret" });
    const sandbox = (await startFoilmock()).sandbox("demo");
    for (const [name, verb] of Object.entries(VERBS)) {
      const error = await failure(verb(sandbox));
      assert.deepEqual([name, error.name, error.status], [name, "ControlError", status]);
      assert.ok(error.message.endsWith(`: the answer of ${url} is not that of a control API`), error.message);
    }
  });
}

test("the program of the option comes before that of the variable", async (t) => {
  environment(t, { FOILMOCK_PROGRAM: "/nowhere/foilmock" });
  const server = await startFoilmock({ program: PROGRAM });
  await server.stop();
  assert.match(await startFailure(), /"\/nowhere\/foilmock"/);
});

test("without an option and a variable the program is the one on PATH", async (t) => {
  environment(t, { FOILMOCK_PROGRAM: "", PATH: folder });
  assert.match(await startFailure(), /^there is no program "foilmock"/);
  program("foilmock", `exec "${PROGRAM}" "$@"`);
  process.env.PATH += ":/usr/bin:/bin";
  const server = await startFoilmock();
  await server.stop();
});

test("what a runner prints of a server does not show its token", async (t) => {
  const { inspect } = await import("node:util");
  const server = await startFoilmock();
  t.after(() => server.stop());
  assert.ok(!inspect(server).includes(server.controlToken));
  assert.ok(!JSON.stringify(server).includes(server.controlToken));
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { startFoilmock } from "foilmock";

import { PROGRAM, Player, isRunning, runNode, until } from "./support.js";

/** A test file's view: its server, and what is in a sandbox after its player came. */
const FILE = `
  import { startFoilmock } from "foilmock";
  const server = await startFoilmock();
  const sandbox = await server.testSandbox(process.env.TEST_NAME);
  await fetch(server.baseUrl + "/api/v1/sdk/personas", { headers: { "X-API-Key": sandbox.key } });
  const { name, journal } = await sandbox.call("GET");
  console.log(JSON.stringify({ server, name, requests: journal.requests }));
  await server.stop();
`;

test("two servers run side by side", async (t) => {
  const servers = await Promise.all([startFoilmock(), startFoilmock()]);
  t.after(() => Promise.all(servers.map((server) => server.stop())));
  const [one, two] = servers.map((server) => server.sandbox("pk_test_same"));
  await new Player(one, "sam").begin();
  await two.limits(null);
  assert.equal((await one.sessions()).length, 1);
  assert.equal((await two.sessions()).length, 0);
});

test("files that each start a server do not meet, whatever their tests are named", async () => {
  const files = await Promise.all([1, 2, 3].map(() => runNode(FILE, { TEST_NAME: "same" })));
  const seen = files.map((file) => JSON.parse(file));
  assert.equal(new Set(seen.map(({ server }) => server.baseUrl)).size, 3);
  assert.deepEqual(seen.map(({ requests }) => requests), [1, 1, 1]);
});

test("files that share a server by its variables have sandboxes of their own", async (t) => {
  const server = await startFoilmock();
  t.after(() => server.stop());
  const shared = { FOILMOCK_CONTROL_URL: `${server.controlUrl}/`, FOILMOCK_CONTROL_TOKEN: server.controlToken };
  const files = await Promise.all(["a", "b"].map((name) => runNode(FILE, { ...shared, TEST_NAME: name })));
  const seen = files.map((file) => JSON.parse(file));
  for (const file of seen) {
    assert.deepEqual(file.server, {
      baseUrl: server.baseUrl, apiKey: "", controlUrl: server.controlUrl, processId: null,
    });
    assert.equal(file.requests, 1);
  }
  assert.notEqual(seen[0].name, seen[1].name);
  assert.ok(isRunning(server.processId), "stop of a file ended the server of all");
});

test("under foilmock exec its server is used", async () => {
  const exec = [PROGRAM, "exec", "--", process.execPath];
  const { server } = JSON.parse(await runNode(FILE, { TEST_NAME: "a", FOILMOCK_PROGRAM: "/nowhere" }, exec));
  assert.deepEqual([server.processId, server.apiKey], [null, "pk_live_demo"]);
});

test("the global setup starts one server, which the files find by its variables and which ends with the runner", async () => {
  const [one, two, key, url] = JSON.parse(
    await runNode(`
      import setup from "foilmock/global-setup";
      import { startFoilmock } from "foilmock";
      await setup();
      const servers = [await startFoilmock(), await startFoilmock()];
      await servers[0].sandbox("demo").reset();
      console.log(JSON.stringify([...servers, process.env.FOILENGINE_API_KEY, process.env.FOILENGINE_BASE_URL]));
    `),
  );
  assert.deepEqual(one, two);
  assert.deepEqual([one.processId, key, url], [null, one.apiKey, one.baseUrl]);
  await until("the server has ended", () => fetch(url).then(() => false, () => true));
});

test("the base URL and the key of the environment are taken with a container's control URL", async (t) => {
  const before = process.env;
  t.after(() => (process.env = before));
  const container = { FOILMOCK_CONTROL_URL: "http://foilmock:8000/_foilmock", FOILMOCK_CONTROL_TOKEN: "the secret" };
  process.env = { ...before, ...container };
  assert.equal((await startFoilmock()).baseUrl, "http://foilmock:8000");
  process.env = { ...before, ...container, FOILENGINE_BASE_URL: "http://mock.example/", FOILENGINE_API_KEY: "pk_live_demo" };
  const server = await startFoilmock();
  assert.deepEqual([server.baseUrl, server.apiKey], ["http://mock.example", "pk_live_demo"]);
});

test("no proxy is asked for the control API", async () => {
  const dead = "http://127.0.0.1:1";
  const proxies = { HTTP_PROXY: dead, http_proxy: dead, ALL_PROXY: dead, NODE_USE_ENV_PROXY: "1" };
  const code = 'import { startFoilmock } from "foilmock"; console.log((await (await startFoilmock()).testSandbox("a")).name);';
  assert.match(await runNode(code, proxies), /^pk_test_/);
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

import { startFoilmock } from "foilmock";

import { isRunning, runNode, startNode, until } from "./support.js";

const START = `
  import { startFoilmock } from "foilmock";
  const server = await startFoilmock();
  console.log(server.processId);
`;

/** A Node that has started a server and stays; its pid and the server's. */
async function stayingNode(more) {
  const node = startNode(`${START}${more}`);
  const [line] = await once(node.stdout, "data");
  return { node, server: Number(line) };
}

test("stop ends the server, and may be called again", async () => {
  const server = await startFoilmock();
  assert.ok(isRunning(server.processId));
  await server.stop();
  assert.ok(!isRunning(server.processId));
  await server.stop();
});

test("a server that is not stopped lets Node end, and ends with it", async () => {
  const server = await runNode(`${START} await server.sandbox("demo").reset();`);
  await until("the server has ended", () => !isRunning(server));
});

for (const [how, more] of [
  ["process.exit", "process.exit(3);"],
  ["an error that nobody catches", 'throw new Error("oops");'],
]) {
  test(`the server ends with ${how}`, async () => {
    const { node, server } = await stayingNode(more);
    if (node.exitCode === null) await once(node, "exit");
    await until("the server has ended", () => !isRunning(server));
  });
}

for (const signal of ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]) {
  test(`the server ends when its test process gets ${signal}`, async () => {
    const { node, server } = await stayingNode("setInterval(() => {}, 1000);");
    assert.ok(isRunning(server));
    node.kill(signal);
    await until("the server has ended", () => !isRunning(server));
  });
}

test("Ctrl-C is for the test process: the server is in another group", async () => {
  const { node, server } = await stayingNode("process.on('SIGINT', () => {}); process.stdin.resume();");
  const group = (id) => readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ")[2];
  assert.notEqual(group(server), group(node.pid));
  node.kill("SIGKILL");
  await until("the server has ended", () => !isRunning(server));
});

test("the server of a worker thread ends with the thread", async () => {
  const worker = new Worker(
    `import("foilmock").then(async ({ startFoilmock }) => {
      const server = await startFoilmock();
      setInterval(() => {}, 1000);
      require("node:worker_threads").parentPort.postMessage(server.processId);
    });`,
    { eval: true },
  );
  const [server] = await once(worker, "message");
  assert.ok(isRunning(server));
  await worker.terminate();
  await until("the server has ended", () => !isRunning(server));
});

test("a program that the test starts does not hold the server", async () => {
  const { node, server } = await stayingNode(`
    import("node:child_process").then(({ spawn }) => {
      const other = spawn("cat", { stdio: ["pipe", "ignore", "ignore"], detached: true });
      process.kill(process.pid, "SIGKILL");
    });
  `);
  if (node.signalCode === null) await once(node, "exit");
  await until("the server has ended", () => !isRunning(server));
});

test("the server ends with its scope", { skip: Symbol.asyncDispose ? false : "this Node has no Symbol.asyncDispose" }, async () => {
  const server = await startFoilmock();
  await server[Symbol.asyncDispose]();
  assert.ok(!isRunning(server.processId));
});

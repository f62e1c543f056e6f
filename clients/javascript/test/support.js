import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const FOLDER = fileURLToPath(new URL("..", import.meta.url));
export const PROGRAM = process.env.FOILMOCK_PROGRAM;
export const BARISTA = "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4";
export const MESSAGE = "POST /api/v1/sdk/chat/{persona_id}/message";

/** A module beside this package's own, run by a Node of its own. */
export function startNode(code, environment = {}) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: FOLDER,
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdout.setEncoding("utf8");
  return child;
}

/** What a module printed until its end. */
export async function runNode(code, environment = {}, command = [process.execPath]) {
  const run = promisify(execFile);
  const [file, ...first] = command;
  const { stdout } = await run(file, [...first, "--input-type=module", "--eval", code], {
    cwd: FOLDER,
    env: { ...process.env, ...environment },
    timeout: 20_000,
  });
  return stdout.trim();
}

/** Asks again and again until the answer is yes. */
export async function until(what, isSo) {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`10 seconds have passed, and it is not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A zombie has ended: only its parent has not asked yet. */
export function isRunning(processId) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${processId}/stat`, "utf8"));
  } catch {
    return false;
  }
}

export class Player {
  constructor(sandbox, name, url = sandbox.baseUrl, key = sandbox.key) {
    this.name = name;
    this.url = `${url}/api/v1/sdk/chat/${BARISTA}`;
    this.headers = { "Content-Type": "application/json", "X-API-Key": key };
  }

  begin() {
    return this.#post("/init-session", { player_name: "Sam", player_gender: "male" });
  }

  say(message) {
    return this.#post("/message", { message });
  }

  async #post(path, body) {
    const text = JSON.stringify({ user_session_id: this.name, ...body });
    const answer = await fetch(this.url + path, { method: "POST", headers: this.headers, body: text });
    return { status: answer.status, body: await answer.json() };
  }
}

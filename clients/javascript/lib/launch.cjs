"use strict";

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
// Taken now: fake timers of a test replace them later.
const { clearTimeout, setTimeout } = require("node:timers");

const DEFAULTS = ["--host", "127.0.0.1", "--port", "0", "--db", ":memory:", "--drain", "1s"];
const INSTALL = "install foilmock, or give its path as FOILMOCK_PROGRAM or as the option program";

/** Milliseconds for a server to end in good order. */
const PATIENCE = 5_000;
/** How much of the end of the program's output is kept for an error. */
const TAIL = 4_000;

/**
 * A server that ends with this process at the latest: its command `cat` ends when the pipe to it closes, and the kernel
 * closes the pipe whichever way this process ends.
 */
class Launch {
  #program;
  #process;
  #output = "";
  #errors = "";
  #spawnError = null;
  #ended;

  constructor(program, options) {
    this.#program = program;
    this.#process = spawn(
      program,
      ["exec", ...DEFAULTS, ...options, "--ready-file", "/dev/stdout", "--", "cat"],
      // In a session of its own: Ctrl-C is for the test runner, whose last hooks may still need the server.
      { stdio: ["pipe", "pipe", "pipe"], detached: true },
    );
    const { stdin, stdout, stderr } = this.#process;
    this.#ended = new Promise((resolve) => {
      this.#process.on("error", (error) => resolve((this.#spawnError = error)));
      this.#process.on("close", resolve);
    });
    // A server that is killed closes its end.
    stdin?.on("error", () => {});
    stdout?.setEncoding("utf8").on("data", (text) => (this.#output = tail(this.#output + text)));
    stderr?.setEncoding("utf8").on("data", (text) => (this.#errors = tail(this.#errors + text)));
  }

  /** What the ready file says. */
  async ready(seconds) {
    const said = await this.#line(seconds);
    if (said === null) {
      const failure = this.#failure(seconds);
      this.#kill();
      this.#letNodeEnd();
      throw new Error(failure);
    }
    this.#letNodeEnd();
    return said;
  }

  /** Ends the server, and waits until it is gone. */
  async stop() {
    this.#process.ref();
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#kill(), PATIENCE);
    await this.#ended;
    clearTimeout(timer);
  }

  /** The first line as JSON; null where it does not come or is something else. */
  async #line(seconds) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, seconds * 1000)));
    const line = new Promise((resolve) => {
      this.#process.stdout?.on("data", () => this.#output.includes("\n") && resolve());
    });
    await Promise.race([line, this.#ended, late]);
    clearTimeout(timer);
    try {
      const said = JSON.parse(this.#output.split("\n", 1)[0]);
      return typeof said.control_url === "string" ? said : null;
    } catch {
      return null;
    }
  }

  #failure(seconds) {
    if (this.#spawnError?.code === "ENOENT" && isThere(this.#program)) {
      return `"${this.#program}" cannot be started: its interpreter is missing, which a script names in its first line`;
    }
    if (this.#spawnError?.code === "ENOENT") return `there is no program "${this.#program}": ${INSTALL}`;
    if (this.#spawnError !== null) return `"${this.#program}" cannot be started: ${this.#spawnError.message}: ${INSTALL}`;
    const [line, ...more] = this.#output.split("\n");
    if (more.length > 0) return `"${this.#program}" is not foilmock: it printed "${line}": ${INSTALL}`;
    const said = this.#errors.trim().replace(/\s*\n\s*/g, "; ") || "it printed no error";
    return this.#hasEnded
      ? `"${this.#program} exec" did not start: ${said}`
      : `"${this.#program} exec" was not ready within ${seconds} seconds: ${said}`;
  }

  get #hasEnded() {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** With what it has started: it leads a group of its own. */
  #kill() {
    if (this.#process.pid !== undefined && !this.#hasEnded) process.kill(-this.#process.pid, "SIGKILL");
  }

  /** A runner must be able to end while the server runs. */
  #letNodeEnd() {
    const { stdin, stdout, stderr } = this.#process;
    for (const handle of [this.#process, stdin, stdout, stderr]) handle?.unref();
  }
}

/** Whether there is a file of this path, or of this name in a folder of PATH. */
function isThere(program) {
  if (program.includes("/")) return existsSync(program);
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));
}

function tail(text) {
  return text.slice(-TAIL);
}

module.exports = { Launch };

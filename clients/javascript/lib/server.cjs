"use strict";

const { createHash } = require("node:crypto");

const { Control } = require("./control.cjs");
const { Launch } = require("./launch.cjs");
const { Sandbox } = require("./sandbox.cjs");

const URL_VARIABLE = "FOILMOCK_CONTROL_URL";
const TOKEN_VARIABLE = "FOILMOCK_CONTROL_TOKEN";
/** Seconds until a server takes requests; large fixtures take some. */
const PATIENCE = 30;

/** A server that takes requests: started here, or found in the environment. */
class Server {
  #control;
  #launch;
  // Not shown where a test runner prints the server.
  #token;

  constructor(ready, launch = null) {
    this.#control = new Control(ready.control_url, ready.control_token);
    this.#launch = launch;
    this.#token = ready.control_token;
    this.baseUrl = ready.url;
    this.apiKey = ready.api_key;
    this.controlUrl = ready.control_url;
    this.processId = ready.process_id;
  }

  get controlToken() {
    return this.#token;
  }

  sandbox(name) {
    return new Sandbox(this.#control, checked(name, "sandbox"), this.baseUrl);
  }

  async testSandbox(testName) {
    const digest = createHash("sha256").update(checked(testName, "testSandbox")).digest("hex");
    const sandbox = this.sandbox(`pk_test_${digest.slice(0, 24)}`);
    await sandbox.reset();
    await sandbox.limits(null);
    return sandbox;
  }

  async stop() {
    await this.#launch?.stop();
  }
}

// `await using server = await startFoilmock()`, where Node has it.
if (Symbol.asyncDispose) Server.prototype[Symbol.asyncDispose] = Server.prototype.stop;

function checked(name, taker) {
  if (typeof name !== "string") throw new TypeError(`${taker} takes a name, which is a text, not ${String(name)}`);
  // UTF-8 does not have it, so two names would become one.
  if (/\p{Surrogate}/u.test(name)) {
    throw new TypeError(`${taker} takes no name with half of a surrogate pair, such as ${JSON.stringify(name)}`);
  }
  return name;
}

async function startFoilmock({ program, options = [], timeout = PATIENCE, ...unknown } = {}) {
  for (const name of Object.keys(unknown)) {
    throw new TypeError(`startFoilmock has no "${name}"; it takes program, options and timeout`);
  }
  if (!Array.isArray(options)) {
    throw new TypeError(`options of startFoilmock are a list, such as ["--fixtures", "characters"], not "${options}"`);
  }
  for (const option of options) {
    if (typeof option !== "string") throw new TypeError(`options of startFoilmock are texts, not ${String(option)}`);
    if (option === "--") throw new TypeError('options of startFoilmock have no "--": its command is not yours to choose');
  }
  // More milliseconds than 31 bits hold are none to a timer.
  if (typeof timeout !== "number" || !(timeout > 0 && timeout * 1000 < 2 ** 31)) {
    throw new TypeError(`timeout of startFoilmock is a number of seconds, above 0 and at most 2147483, not ${String(timeout)}`);
  }
  const running = inEnvironment(process.env);
  if (running !== null) return new Server(running);
  if (process.platform !== "linux") {
    throw new Error(
      `foilmock runs on Linux: run its image, and set ${URL_VARIABLE} and ${TOKEN_VARIABLE} to what the container has`,
    );
  }
  const launch = new Launch(program || process.env.FOILMOCK_PROGRAM || "foilmock", options);
  return new Server(await launch.ready(timeout), launch);
}

/** The server that `foilmock exec` runs for us, or that somebody else names. */
function inEnvironment(variables) {
  const url = (variables[URL_VARIABLE] ?? "").replace(/\/+$/, "");
  const token = variables[TOKEN_VARIABLE] ?? "";
  if (url === "" && token === "") return null;
  if (url === "" || token === "") {
    const [set, unset] = url === "" ? [TOKEN_VARIABLE, URL_VARIABLE] : [URL_VARIABLE, TOKEN_VARIABLE];
    throw new Error(`${set} is set and ${unset} is not: set both, or neither to have a server started`);
  }
  return {
    url: (variables.FOILENGINE_BASE_URL ?? "").replace(/\/+$/, "") || url.replace(/\/_foilmock$/, ""),
    api_key: variables.FOILENGINE_API_KEY ?? "",
    control_url: url,
    control_token: token,
    process_id: null,
  };
}

module.exports = { startFoilmock };

"use strict";

/** What a frozen clock shows unless the test says otherwise. */
const NOON = "2026-03-10T12:00:00Z";

/** The clock of a sandbox. */
class Clock {
  #sandbox;

  /** Of a sandbox, whose `read` is a call with a member that its answer must have. */
  constructor(sandbox) {
    this.#sandbox = sandbox;
  }

  async now() {
    return new Date((await this.#sandbox.read("now", "GET", "/clock")).now);
  }

  async freeze(at = NOON, more = {}) {
    await this.#set({ ...more, mode: "frozen", at: text(at) });
  }

  async offset(at, more = {}) {
    await this.#set({ ...more, mode: "offset", at: text(at) });
  }

  async real() {
    await this.#set({ mode: "real" });
  }

  async advance(seconds) {
    return new Date((await this.#sandbox.read("now", "POST", "/clock/advance", { seconds })).now);
  }

  async #set(clock) {
    await this.#sandbox.read("now", "PUT", "/clock", clock);
  }
}

/** A time as the server reads it; a text goes there as it is. Dates of other realms, as under jest, are dates too. */
function text(at) {
  if (typeof at === "string") return at;
  if (typeof at?.toISOString === "function" && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new TypeError(`a clock takes a Date or a text such as "${NOON}", not ${String(at)}`);
}

module.exports = { Clock };

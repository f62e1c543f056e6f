"use strict";

const { AssertionError } = require("node:assert");

const { Clock } = require("./clock.cjs");

/** Thin calls of the control API. index.d.cts says what they take; what the server refuses is a ControlError. */
class Sandbox {
  #control;
  #path;

  constructor(control, name, baseUrl) {
    this.#control = control;
    this.#path = `/sandboxes/${encoded(name)}`;
    this.name = name;
    this.baseUrl = baseUrl;
    this.ownUrl = `${baseUrl}/@${encoded(name)}`;
    this.clock = new Clock({ read: (...call) => this.#read(...call) });
  }

  get key() {
    if (/^(pk|ft_sk|ftc)_test_/.test(this.name)) return this.name;
    throw new Error(`sandbox "${this.name}" has no key of its own: use a key of its account, or ownUrl`);
  }

  async call(method, path = "", body = undefined, query = {}) {
    // Else it would be the end of the name, so of another sandbox.
    if (path !== "" && !path.startsWith("/")) throw new TypeError(`a path of call begins with "/", not "${path}"`);
    return this.#control.call(method, this.#path + path, body, query);
  }

  /** The answer of a call, which must have this member. */
  #read(member, method, path, body, query) {
    return this.#control.read(member, method, this.#path + path, body, query);
  }

  // Its state

  reset() {
    return this.#read("name", "POST", "/reset");
  }

  async delete() {
    await this.#read("deleted", "DELETE", "");
  }

  async limits(limits) {
    await this.call("PUT", "/limits", limits);
  }

  async sessions() {
    return (await this.#read("sessions", "GET", "/sessions")).sessions;
  }

  snapshot() {
    return this.#read("kind", "GET", "/snapshot");
  }

  async restore(snapshot) {
    await this.call("PUT", "/snapshot", snapshot);
  }

  // What it does otherwise

  async fault(kind, how = {}) {
    return (await this.#read("id", "POST", "/faults", { ...how, kind })).id;
  }

  async faults() {
    return (await this.#read("faults", "GET", "/faults")).faults;
  }

  async removeFault(id) {
    await this.call("DELETE", `/faults/${encoded(id)}`);
  }

  async removeFaults() {
    await this.call("DELETE", "/faults");
  }

  script(script) {
    return this.#read("id", "POST", "/scripts", script);
  }

  // What was asked and answered

  async journal(match = {}) {
    return (await this.#read("entries", "GET", "/journal", undefined, parameters(match))).entries;
  }

  journalText() {
    return this.#control.text("GET", `${this.#path}/journal`, undefined, { format: "jsonl" });
  }

  async verify(count = 1, match = {}) {
    const verdict = await this.#read("ok", "POST", "/verify", { match, count });
    if (verdict.ok) return verdict.count;
    throw new AssertionError({
      message: verdict.explanation,
      actual: verdict.count,
      expected: count,
      operator: "verify",
      stackStartFn: this.verify,
    });
  }

  explain(session, turn) {
    return this.#read("turn", "GET", `/sessions/${encoded(session)}/turns/${encoded(turn)}`);
  }
}

/** As one segment of a path. By way of bytes, because half a surrogate pair cannot be percent-encoded. */
function encoded(name) {
  return encodeURIComponent(Buffer.from(String(name)).toString());
}

/** A match as a query has it. */
function parameters(match) {
  return Object.entries(match)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, parameter(name, value)]);
}

function parameter(name, value) {
  if (typeof value !== "object" || value === null) return String(value);
  if (name === "status" && Object.keys(value).every((bound) => ["gte", "lte"].includes(bound))) {
    return `${value.gte ?? 100}-${value.lte ?? 599}`;
  }
  throw new TypeError(`journal takes a text as ${name}, not ${JSON.stringify(value)}; verify takes matchers too`);
}

module.exports = { Sandbox };

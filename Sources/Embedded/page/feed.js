// Follows a live feed of the journal: server-sent events, read by fetch, because an EventSource cannot send a token.

import { stream } from "./api.js";
import { notice } from "./notice.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 5000;
/** The server sends a comment after 15 seconds of silence. */
const SILENCE = 40_000;

/** Takes pieces of an event stream, and gives the events that are whole. */
export class EventReader {
  #rest = "";

  push(text) {
    const blocks = (this.#rest + text).split(/\r?\n\r?\n/);
    this.#rest = blocks.pop();
    return blocks.map(event);
  }
}

function event(block) {
  const found = { type: "message", id: null, data: "" };
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "event") found.type = value;
    if (name === "id") found.id = value;
    if (name === "data") data.push(value);
  }
  found.data = data.join("\n");
  return found;
}

/**
 * Follows the feed until the signal aborts, and comes back after a break where it was. While the page is hidden it has no
 * connection: a browser has six for all pages of a server. `from` is the id after which it begins; null: with what comes from
 * now on. Calls `on.entry(entry)`; `on.lost(count)`; and `on.state(words)` about the connection. A count of null means that the
 * journal is another one: the server was started anew, or the sandbox was removed. A query with a mistake ends the feed. A feed
 * that is silent for `silence` milliseconds counts as broken.
 */
export async function follow(path, signal, on, from = null, silence = SILENCE) {
  let last = from;
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    await visible(signal);
    const connection = new Connection(signal, silence);
    let state = "Not connected; trying again";
    try {
      const headers = last === null ? {} : { "Last-Event-ID": last };
      const response = await stream(path, { signal: connection.signal, headers });
      on.state("Live");
      for await (const found of events(response, connection)) {
        wait = FIRST_WAIT;
        if (found.id !== null) last = found.id;
        if (found.data === "") continue;
        const data = JSON.parse(found.data);
        if (found.type === "entry") on.entry(data);
        if (found.type === "lost") on.lost(data.entries);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status > 0) state = error.message;
      if (error.status === 404) on.lost(null);
      else if (error.status >= 400 && error.status < 500) return on.state(state);
    } finally {
      connection.end();
    }
    if (document.hidden) continue;
    if (signal.aborted) return;
    on.state(state);
    await pause(wait, signal);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  }
}

/** One connection of a feed: it ends with its feed, when the page is hidden, and after a silence. */
class Connection {
  #stop = new AbortController();
  #silence;
  #timer;

  constructor(signal, silence) {
    this.signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#silence = silence;
    document.addEventListener("visibilitychange", this.#look);
    this.heard();
  }

  heard() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop.abort(), this.#silence);
  }

  end() {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#look);
    this.#stop.abort();
  }

  #look = () => document.hidden && this.#stop.abort();
}

async function* events(response, connection) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const reading = new EventReader();
  while (!connection.signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return;
    connection.heard();
    yield* reading.push(decoder.decode(value, { stream: true }));
  }
}

/** Resolves when the page is visible, or when the signal aborts. */
function visible(signal) {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look);
    look();
  });
}

/** Resolves after so many milliseconds, or when the signal aborts. */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** The event of the window when what a view shows is not there any more; its `detail` is the error. */
export const GONE = "view-gone";

/**
 * Does the work after each interval while the page is visible; `every()` gives how many intervals make one. An error is
 * shown as a notice, and the work goes on; a 404 ends the view.
 */
export async function repeat(milliseconds, signal, work, every = () => 1) {
  for (let turn = 1; !signal.aborted; turn += 1) {
    await pause(milliseconds, signal);
    if (signal.aborted || document.hidden || turn % every() !== 0) continue;
    await work().catch((error) => {
      if (signal.aborted) return;
      if (error.status === 404) window.dispatchEvent(new CustomEvent(GONE, { detail: error }));
      else notice(error.message);
    });
  }
}

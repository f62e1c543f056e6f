// Follows a live feed of the journal: server-sent events, read by fetch, because an EventSource cannot send a token.

import { send } from "./api.js";
import { notice } from "./notice.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 5000;

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
 * Follows the feed until the signal aborts, and comes back after a break where it was.
 * `from` is the id after which it begins; null: with what comes from now on.
 * Calls `on.entry(entry)`; `on.lost(count)`; and `on.state(words)` about the connection. A count of null means that the journal is
 * another one: the server was started anew, or the sandbox was removed. A query with a mistake ends the feed.
 */
export async function follow(path, signal, on, from = null) {
  let last = from;
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    let state = "Not connected; trying again";
    try {
      const response = await send("GET", path, { signal, headers: last === null ? {} : { "Last-Event-ID": last } });
      on.state("Live");
      for await (const found of events(response, signal)) {
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
    }
    if (signal.aborted) return;
    on.state(state);
    await pause(wait, signal);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  }
}

async function* events(response, signal) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const stream = new EventReader();
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* stream.push(decoder.decode(value, { stream: true }));
  }
}

/** Resolves after so many milliseconds, or when the signal aborts. */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/**
 * Does the work after each interval while the page is visible; `every()` gives how many intervals make one. An error is
 * shown as a notice, and the work goes on.
 */
export async function repeat(milliseconds, signal, work, every = () => 1) {
  for (let turn = 1; !signal.aborted; turn += 1) {
    await pause(milliseconds, signal);
    if (signal.aborted || document.hidden || turn % every() !== 0) continue;
    await work().catch((error) => error.name === "AbortError" || notice(error.message));
  }
}

// The journal of a sandbox, or of all: what was asked and answered, as it comes.

import { control, json, withQuery } from "./api.js";
import { fill, h, row, said, scrolled, straight, table } from "./dom.js";
import { entryDetail } from "./entry.js";
import { follow, repeat } from "./feed.js";
import { areAlike, filterForm, picked, setFilters, unknown } from "./filters.js";
import { clockTime, counted, duration, short } from "./format.js";
import { notice } from "./notice.js";
import { go, link } from "./route.js";
import { verifyForm } from "./verify.js";

/** Entries that are in the page at most. */
const MOST = 300;
const EVERY = 3000;

/** Shows the journal of the sandbox; without a sandbox what comes to all of them from now on. */
export async function journal({ root, query, sandbox, signal }) {
  const at = sandbox ? ["sandboxes", sandbox, "journal"] : ["journal"];
  const state = { query: known(at, query), entries: new Map(), newest: new Map(), waiting: [], came: 0, isPaused: false, isDue: false, words: "" };
  // The entry in full: `number` counts what was opened, and `isAnew` says that the address may mean another one now.
  const opened = { entry: null, number: 0, isAnew: false };
  /** What an entry is called in the address. */
  const nameOf = (entry) => (sandbox ? String(entry.number) : `${entry.sandbox}/${entry.number}`);
  const columns = columnsFor(sandbox, (entry) => link(at, { ...picked(state.query), entry: nameOf(entry) }));
  const list = table("Requests, the newest first", columns);
  const body = list.tBodies[0];
  const detail = h("section", { class: "detail", "aria-label": "Entry" });
  const filters = filterForm(at, state.query);
  const error = h("p", { class: "error", role: "alert" });
  const tell = h("span", { class: "muted", role: "status" });
  const pause = h("button", { type: "button" }, "Pause");
  const count = h("span", { class: "muted" });
  let feed = new AbortController();

  fill(root,
    h("h1", { tabindex: -1 }, sandbox ? "Journal" : "Journal of all sandboxes, from now on"),
    filters, sandbox && verifyForm(sandbox, filters, signal), error,
    h("div", { class: "bar" }, pause, tell, count),
    h("div", { class: "columns reading" }, scrolled("Requests", list, "list"), detail));

  const rowOf = (name) => [...body.rows].find((element) => element.dataset.name === name);
  const forget = (name) => {
    state.entries.delete(name);
    rowOf(name)?.remove();
  };
  const insert = (entry) => {
    // A journal that was emptied counts from 1 again: what is shown of it is not there any more.
    if (entry.number <= (state.newest.get(entry.sandbox) ?? 0)) {
      for (const [name, old] of state.entries) if (old.sandbox === entry.sandbox) forget(name);
      opened.isAnew ||= opened.entry?.sandbox === entry.sandbox;
    }
    state.newest.set(entry.sandbox, entry.number);
    state.entries.set(nameOf(entry), entry);
    const element = row(columns, entry);
    element.dataset.name = nameOf(entry);
    body.prepend(element);
    trim(body, state.entries);
  };
  const clear = () => {
    state.entries.clear();
    state.newest.clear();
    state.waiting = [];
    state.came = 0;
    fill(body);
  };
  // Entries are shown once a frame, however many come, and never more than the page holds.
  const showWaiting = () => {
    state.isDue = false;
    if (!state.isPaused) {
      const came = state.waiting.splice(0);
      state.came = 0;
      came.forEach(insert);
      if (opened.isAnew || came.some((entry) => nameOf(entry) === state.query.entry)) open(state.query.entry);
    }
    const waiting = state.came ? `; ${state.came.toLocaleString("en")} more since the pause` : "";
    fill(count, `${counted(state.entries.size, "request")} shown${waiting}`);
    if (tell.textContent !== (state.isPaused ? "Paused" : state.words)) fill(tell, state.isPaused ? "Paused" : state.words);
  };
  const take = (entry) => {
    state.waiting.push(entry);
    state.came += 1;
    if (state.waiting.length > MOST) state.waiting.shift();
    if (!state.isDue) requestAnimationFrame(showWaiting);
    state.isDue = true;
  };
  const lost = (entries) => {
    if (entries !== null) return notice(`${counted(entries, "entry", "entries")} came and went unseen`);
    if (state.entries.size > 0) notice("The journal began anew: what was shown is not there any more");
    clear();
    showWaiting();
    if (opened.entry) open(state.query.entry);
  };
  pause.addEventListener("click", () => {
    state.isPaused = !state.isPaused;
    fill(pause, state.isPaused ? "Go on" : "Pause");
    showWaiting();
  });

  const read = async () => {
    feed.abort();
    feed = new AbortController();
    const stop = AbortSignal.any([signal, feed.signal]);
    const asked = picked(state.query);
    clear();
    fill(error);
    let from = null;
    if (sandbox) {
      const found = await json("GET", withQuery(control(...at), { ...asked, newest: MOST }), { signal: stop });
      found.entries.forEach(insert);
      from = found.last_event_id;
    }
    const words = (text) => {
      state.words = text;
      showWaiting();
    };
    words("");
    follow(withQuery(control(...at, "live"), asked), stop, { entry: take, lost, state: words }, from);
  };
  /** Reads. A mistake in the filters is shown beside them. */
  const readOrTell = () => read().catch((failure) => {
    if (failure.status !== 400) throw failure;
    fill(error, failure.message);
    fill(count);
    fill(tell);
  });
  const open = async (name) => {
    for (const element of body.querySelectorAll("[aria-selected]")) element.removeAttribute("aria-selected");
    root.classList.toggle("open", Boolean(name));
    const turn = (opened.number += 1);
    Object.assign(opened, { entry: null, isAnew: false });
    if (!name) return fill(detail);
    rowOf(name)?.setAttribute("aria-selected", "true");
    const seen = state.entries.get(name);
    // An entry comes when its answer is decided, which may be before its delivery has ended.
    const entry = seen?.delivered ? seen : (await one(sandbox, name, signal)) ?? seen;
    if (turn !== opened.number) return;
    opened.entry = entry ?? null;
    if (entry) fill(detail, entryDetail(entry, link(at, picked(state.query)), signal));
    else fill(detail, h("p", { class: "error", role: "alert" }, notThere(name)));
  };
  list.addEventListener("click", (event) => {
    const name = event.target.closest("a") ? null : event.target.closest("tbody tr")?.dataset.name;
    if (name) go(at, { ...picked(state.query), entry: name });
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.query.entry) go(at, picked(state.query));
  });

  // The feed says nothing of a journal that was emptied until something comes.
  const look = async () => {
    const { journal: { requests } } = await json("GET", control("sandboxes", sandbox), { signal }).catch(() => ({ journal: {} }));
    // It does not count control calls.
    const isCounted = (entry) => entry && entry.kind !== "control";
    if (requests === 0 && (isCounted(opened.entry) || [...state.entries.values()].some(isCounted))) lost(null);
  };

  await readOrTell();
  await open(state.query.entry);
  if (sandbox) repeat(EVERY, signal, look);
  return async (next) => {
    const old = state.query;
    state.query = known(at, next);
    if (!areAlike(old, next)) {
      setFilters(filters, next);
      await readOrTell();
    }
    if (old.entry === next.entry) return;
    await open(next.entry);
    if (next.entry) detail.querySelector("h2")?.focus();
    else rowOf(old.entry)?.querySelector("a").focus();
  };
}

/** The query; members that are no filters are taken out of the address. */
function known(at, query) {
  const others = unknown(query);
  if (others.length === 0) return query;
  notice(`The journal has no filter ${others.map((name) => `"${straight(short(name, 40))}"`).join(", ")}: left out`);
  const rest = { ...picked(query), entry: query.entry };
  history.replaceState(null, "", link(at, rest));
  return rest;
}

function columnsFor(sandbox, here) {
  const columns = [
    // Its address has the filters of the moment.
    ["#", (entry) => h("a", { href: here(entry), onclick: (event) => event.currentTarget.setAttribute("href", here(entry)),
      "aria-label": `Entry ${entry.number}${sandbox ? "" : ` of ${entry.sandbox}`}` }, entry.number), "number"],
    ["Time", (entry) => h("time", { datetime: entry.time, title: entry.time }, clockTime(entry.time)), "wider"],
    ["Request", (entry) => request(entry), "request"],
    ["Status", (entry) => statusOf(entry), "number"],
    ["Player", (entry) => said(short(entry.player ?? "", 40)), "words"],
    ["Said", (entry) => said(short(entry.message ?? "", 80)), "words wide"],
    ["Decision", (entry) => entry.decision ?? "", "wider"],
    ["Faults", (entry) => entry.faults.join(", "), "wider"],
    ["Took", (entry) => duration(entry.latency_ns), "number wider"],
  ];
  if (!sandbox) columns.splice(1, 0, ["Sandbox", (entry) => said(entry.sandbox)]);
  return columns;
}

/** The route in short. */
function request(entry) {
  const [method, path] = (entry.route ?? `${entry.request.method} ${entry.request.path}`).split(" ");
  const words = path.replace(/^\/(api|_foilmock)\/v1\//, "").replace(/\{[^}]*\}/g, "…");
  // A narrow list breaks the path behind a slash rather than within a word.
  const parts = `${method} ${short(words, 60)}`.split(/(?<=\/)/).flatMap((part) => [part, h("wbr")]);
  return h("span", { class: "code", title: `${method} ${entry.request.path}` }, parts);
}

function statusOf(entry) {
  const status = entry.response?.status;
  if (status === null || status === undefined) return h("span", { class: "bad" }, "none");
  return h("span", { class: status >= 500 ? "bad" : status >= 400 ? "warn" : "good" }, status);
}

/** Removes the oldest rows that are too many, but not the one that has the focus. */
function trim(body, entries) {
  while (body.rows.length > MOST) {
    const oldest = body.rows[body.rows.length - 1];
    const last = oldest.contains(document.activeElement) ? oldest.previousElementSibling : oldest;
    entries.delete(last.dataset.name);
    last.remove();
  }
}

/** What an entry's name in the address says: its number, in the view of all sandboxes behind the sandbox. */
const NAME = /^(?:(.*)\/)?([1-9]\d{0,8})$/;

function notThere(name) {
  const shown = straight(short(name, 60));
  return NAME.test(name) ? `Entry ${shown} is not in the journal: it is still to come, or is not kept any more.`
    : `"${shown}" is not the number of an entry.`;
}

/** The entry of that name, if the journal has it. */
async function one(sandbox, name, signal) {
  const [, place = sandbox, number] = NAME.exec(name) ?? [];
  if (!place || !number) return undefined;
  const query = { after: Math.max(0, number - 1), limit: 1, control: true };
  const found = await json("GET", withQuery(control("sandboxes", place, "journal"), query), { signal }).catch((error) => {
    // The name may be of no sandbox.
    if (error.status !== 400 && error.status !== 404) throw error;
    return { entries: [] };
  });
  return found.entries.find((entry) => entry.number === Number(number));
}

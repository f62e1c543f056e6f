// The journal of a sandbox, or of all: what was asked and answered, as it comes.

import { control, json, withQuery } from "./api.js";
import { fill, h, row, said, scrolled, table } from "./dom.js";
import { entryDetail } from "./entry.js";
import { follow } from "./feed.js";
import { areAlike, filterForm, picked, setFilters } from "./filters.js";
import { clockTime, counted, duration, short } from "./format.js";
import { notice } from "./notice.js";
import { go, link } from "./route.js";
import { verifyForm } from "./verify.js";

/** Entries that are in the page at most. */
const MOST = 300;

/** Shows the journal of the sandbox; without a sandbox what comes to all of them from now on. */
export async function journal({ root, query, sandbox, signal }) {
  const at = sandbox ? ["sandboxes", sandbox, "journal"] : ["journal"];
  const state = { query, entries: new Map(), waiting: [], isPaused: false, isDue: false };
  /** What an entry is called in the address. */
  const nameOf = (entry) => (sandbox ? String(entry.number) : `${entry.sandbox}/${entry.number}`);
  const columns = columnsFor(sandbox, (entry) => link(at, { ...picked(state.query), entry: nameOf(entry) }));
  const list = table("Requests, the newest first", columns);
  const body = list.tBodies[0];
  const detail = h("section", { class: "detail", "aria-label": "Entry" });
  const filters = filterForm(at, query);
  const error = h("p", { class: "error", role: "alert" });
  const tell = h("span", { class: "muted", role: "status" });
  const pause = h("button", { type: "button", "aria-pressed": "false" }, "Pause");
  const count = h("span", { class: "muted" });
  let feed = new AbortController();

  fill(root,
    h("h1", { tabindex: -1 }, sandbox ? "Journal" : "Journal of all sandboxes, from now on"),
    filters, sandbox && verifyForm(sandbox, () => picked(state.query), signal), error,
    h("div", { class: "bar" }, pause, tell, count),
    h("div", { class: "columns" }, scrolled("Requests", list, "list"), detail));

  const rowOf = (name) => [...body.rows].find((element) => element.dataset.name === name);
  const insert = (entry) => {
    const name = nameOf(entry);
    if (state.entries.has(name)) return;
    state.entries.set(name, entry);
    const element = row(columns, entry);
    element.dataset.name = name;
    body.prepend(element);
    trim(body, state.entries);
  };
  // Entries are shown once a frame, however many come, and never more than the page holds.
  const showWaiting = () => {
    state.isDue = false;
    if (!state.isPaused) state.waiting.splice(0).forEach(insert);
    const waiting = state.waiting.length ? `; ${state.waiting.length} more since the pause` : "";
    fill(count, `${counted(state.entries.size, "request")} shown${waiting}`);
  };
  const take = (entry) => {
    state.waiting.push(entry);
    if (state.waiting.length > MOST) state.waiting.shift();
    if (!state.isDue) requestAnimationFrame(showWaiting);
    state.isDue = true;
  };
  pause.addEventListener("click", () => {
    state.isPaused = !state.isPaused;
    pause.setAttribute("aria-pressed", String(state.isPaused));
    showWaiting();
  });

  const read = async () => {
    feed.abort();
    feed = new AbortController();
    const stop = AbortSignal.any([signal, feed.signal]);
    const asked = picked(state.query);
    state.entries.clear();
    state.waiting = [];
    fill(body);
    fill(error);
    let from = null;
    if (sandbox) {
      const found = await json("GET", withQuery(control(...at), { ...asked, newest: MOST }), { signal: stop });
      found.entries.forEach(insert);
      from = found.last_event_id;
    }
    showWaiting();
    follow(withQuery(control(...at, "live"), asked), stop, {
      entry: take,
      lost: (entries) => notice(entries === null ? "Some entries may have come and gone unseen"
        : `${counted(entries, "entry", "entries")} came and went unseen`),
      state: (word) => fill(tell, word === "live" ? "Live" : word === "waiting" ? "Not connected; trying again" : word),
    }, from);
  };
  /** Reads. A mistake in the filters is shown beside them. */
  const readOrTell = () => read().catch((failure) => {
    if (failure.status !== 400) throw failure;
    fill(error, failure.message);
  });
  const open = async (name) => {
    for (const element of body.querySelectorAll("[aria-selected]")) element.removeAttribute("aria-selected");
    root.classList.toggle("open", Boolean(name));
    if (!name) return fill(detail, h("p", { class: "muted empty" }, "Choose a request to see it as it was sent and answered."));
    rowOf(name)?.setAttribute("aria-selected", "true");
    const known = state.entries.get(name);
    // An entry comes when its answer is decided, which may be before its delivery has ended.
    const entry = known?.delivered ? known : (await one(sandbox, name, signal)) ?? known;
    if (entry) fill(detail, entryDetail(entry, link(at, picked(state.query)), signal));
    else fill(detail, h("p", { class: "error", role: "alert" }, `Entry ${name} is not in the journal any more.`));
  };
  list.addEventListener("click", (event) => {
    const name = event.target.closest("a") ? null : event.target.closest("tbody tr")?.dataset.name;
    if (name) go(at, { ...picked(state.query), entry: name });
  });

  await readOrTell();
  await open(query.entry);
  return async (next) => {
    const old = state.query;
    state.query = next;
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

function columnsFor(sandbox, here) {
  const columns = [
    // Its address has the filters of the moment.
    ["#", (entry) => h("a", { href: here(entry), onclick: (event) => event.currentTarget.setAttribute("href", here(entry)),
      "aria-label": `Entry ${entry.number}${sandbox ? "" : ` of ${entry.sandbox}`}` }, entry.number), "number"],
    ["Time", (entry) => h("time", { datetime: entry.time, title: entry.time }, clockTime(entry.time)), "wide"],
    ["Request", (entry) => request(entry), "request"],
    ["Status", (entry) => statusOf(entry), "number"],
    ["Player", (entry) => said(short(entry.player ?? "", 40))],
    ["Said", (entry) => said(short(entry.message ?? "", 80)), "wide"],
    ["Decision", (entry) => entry.decision ?? "", "wide"],
    ["Faults", (entry) => entry.faults.join(", "), "wide"],
    ["Took", (entry) => duration(entry.latency_ns), "number wide"],
  ];
  if (!sandbox) columns.splice(1, 0, ["Sandbox", (entry) => said(entry.sandbox)]);
  return columns;
}

/** The route in short. */
function request(entry) {
  const [method, path] = (entry.route ?? `${entry.request.method} ${entry.request.path}`).split(" ");
  const words = path.replace(/^\/(api|_foilmock)\/v1\//, "").replace(/\{[^}]*\}/g, "…");
  return h("span", { class: "code", title: `${method} ${entry.request.path}` }, `${method} ${short(words, 60)}`);
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

/** The entry of that name, if the journal still has it. */
async function one(sandbox, name, signal) {
  const [, place = sandbox, number] = /^(?:(.*)\/)?(\d{1,9})$/.exec(name) ?? [];
  if (!place || !number) return undefined;
  const query = { after: Math.max(0, number - 1), limit: 1, control: true };
  const found = await json("GET", withQuery(control("sandboxes", place, "journal"), query), { signal }).catch((error) => {
    // The name may be of no sandbox.
    if (error.status !== 400 && error.status !== 404) throw error;
    return { entries: [] };
  });
  return found.entries.find((entry) => entry.number === Number(number));
}

// The journal of a sandbox: what was asked and answered, as it comes.

import { control, json, withQuery } from "./api.js";
import { fill, h, row, said, scrolled, table } from "./dom.js";
import { entryDetail } from "./entry.js";
import { follow } from "./feed.js";
import { clockTime, counted, duration, short } from "./format.js";
import { field, notice } from "./notice.js";
import { go, link } from "./route.js";
import { verifyForm } from "./verify.js";

/** Entries that are in the page at most. */
const MOST = 300;

/** The filters, as the API names them. */
const FILTERS = [
  ["route", "Route", "POST /api/v1/sdk/chat/{persona_id}/message"],
  ["status", "Status", "404 or 400-499"],
  ["player", "Player", "sam"],
  ["fault", "Fault", "f1, or its kind"],
  ["persona", "Persona", "warden"],
  ["message", "Message", ""],
  ["decision", "Decision", "pass"],
  ["session", "Session", ""],
];
/** The parameter that asks for calls of the control API too. */
const CONTROL = "control";
/** So many of them are always seen. */
const MAIN = 4;
const NAMES = FILTERS.map(([name]) => name);

export async function journal({ root, query, sandbox, signal }) {
  const columns = columnsFor(sandbox, () => state.query);
  const state = { query, entries: new Map(), waiting: [], isPaused: false, isDue: false };
  const list = table("Requests, the newest first", columns);
  const detail = h("section", { class: "detail", "aria-label": "Entry" });
  const filters = filterForm(sandbox, query);
  const tell = h("span", { class: "muted", role: "status" });
  const pause = h("button", { type: "button", "aria-pressed": "false" }, "Pause");
  const count = h("span", { class: "muted" });
  let feed = new AbortController();

  fill(root,
    h("h1", { tabindex: -1 }, "Journal"),
    filters,
    verifyForm(sandbox, () => picked(state.query), signal),
    h("div", { class: "bar" }, pause, tell, count),
    h("div", { class: "columns" },
      scrolled("Requests", list, "list"), detail));

  const insert = (entry) => {
    if (state.entries.has(entry.number)) return;
    state.entries.set(entry.number, entry);
    const element = row(columns, entry);
    element.dataset.number = entry.number;
    list.tBodies[0].prepend(element);
    trim(list.tBodies[0], state.entries);
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
    const found = await json("GET", withQuery(control("sandboxes", sandbox, "journal"), { ...asked, newest: MOST }), { signal: stop });
    state.entries.clear();
    list.tBodies[0].replaceChildren();
    state.waiting = found.entries;
    const isPaused = state.isPaused;
    state.isPaused = false;
    showWaiting();
    state.isPaused = isPaused;
    follow(withQuery(control("sandboxes", sandbox, "journal", "live"), asked), stop, {
      entry: take,
      lost: (entries) => notice(entries === null ? "Some entries may have come and gone unseen"
        : `${counted(entries, "entry", "entries")} came and went unseen`),
      state: (word) => fill(tell, word === "live" ? "Live" : word === "waiting" ? "Not connected; trying again" : word),
    }, found.last_event_id);
  };
  const open = async (number) => {
    for (const element of list.querySelectorAll("tr[aria-selected]")) element.removeAttribute("aria-selected");
    root.classList.toggle("open", Boolean(number));
    if (!number) return fill(detail, h("p", { class: "muted empty" }, "Choose a request to see it as it was sent and answered."));
    list.querySelector(`tr[data-number="${CSS.escape(number)}"]`)?.setAttribute("aria-selected", "true");
    const known = state.entries.get(Number(number));
    // An entry comes when its answer is decided, which may be before its delivery has ended.
    const entry = known?.delivered ? known : (await one(sandbox, number, signal)) ?? known;
    const close = link(["sandboxes", sandbox, "journal"], picked(state.query));
    if (entry) fill(detail, entryDetail(sandbox, entry, close, signal));
    else fill(detail, h("p", { class: "error", role: "alert" }, `Entry ${number} is not in the journal any more.`));
  };
  list.addEventListener("click", (event) => {
    const number = event.target.closest("a") ? null : event.target.closest("tbody tr")?.dataset.number;
    if (number) go(["sandboxes", sandbox, "journal"], { ...picked(state.query), entry: number });
  });

  await read();
  await open(query.entry);
  return async (next) => {
    const old = state.query;
    state.query = next;
    if ([...NAMES, CONTROL].some((name) => (old[name] ?? "") !== (next[name] ?? ""))) {
      for (const name of NAMES) filters.elements[name].value = next[name] ?? "";
      filters.elements[CONTROL].checked = next[CONTROL] === "true";
      await read().catch((error) => error.name === "AbortError" || notice(error.message));
    }
    if (old.entry !== next.entry) {
      await open(next.entry);
      if (next.entry) detail.querySelector("h2")?.focus();
      else list.querySelector(`tr[data-number="${CSS.escape(old.entry)}"] a`)?.focus();
    }
  };
}

/** The members of the query that are filters. */
function picked(query) {
  return Object.fromEntries([...NAMES, CONTROL].filter((name) => query[name]).map((name) => [name, query[name]]));
}

function filterForm(sandbox, query) {
  const fields = FILTERS.map(([name, label, example]) =>
    field(label, h("input", { name, value: query[name] ?? "", placeholder: example, spellcheck: "false" })));
  const withControl = h("input", { type: "checkbox", name: CONTROL, value: "true", checked: query[CONTROL] === "true" });
  const isOpen = [...NAMES.slice(MAIN), CONTROL].some((name) => query[name]);
  const submit = (event) => {
    event.preventDefault();
    go(["sandboxes", sandbox, "journal"], Object.fromEntries(new FormData(event.target)));
  };
  return h("form", { class: "filters", role: "search", "aria-label": "Filters of the journal", autocomplete: "off", onsubmit: submit },
    h("div", { class: "grid" }, fields.slice(0, MAIN)),
    h("details", { open: isOpen }, h("summary", {}, "More filters"), h("div", { class: "grid" }, fields.slice(MAIN)),
      h("label", {}, withControl, " control calls too")),
    h("div", { class: "bar" }, h("button", { type: "submit" }, "Filter"),
      h("a", { class: "button", href: link(["sandboxes", sandbox, "journal"]) }, "Clear")));
}

function columnsFor(sandbox, query) {
  const here = (entry) => link(["sandboxes", sandbox, "journal"], { ...picked(query()), entry: entry.number });
  return [
    ["#", (entry) => h("a", { href: here(entry), onclick: (event) => event.currentTarget.setAttribute("href", here(entry)),
      "aria-label": `Entry ${entry.number}` }, entry.number), "number"],
    ["Time", (entry) => h("time", { datetime: entry.time, title: entry.time }, clockTime(entry.time)), "wide"],
    ["Request", (entry) => request(entry), "request"],
    ["Status", (entry) => statusOf(entry), "number"],
    ["Player", (entry) => said(short(entry.player ?? "", 40))],
    ["Said", (entry) => said(short(entry.message ?? "", 80)), "wide"],
    ["Decision", (entry) => entry.decision ?? "", "wide"],
    ["Faults", (entry) => entry.faults.join(", "), "wide"],
    ["Took", (entry) => duration(entry.latency_ns), "number wide"],
  ];
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
    entries.delete(Number(last.dataset.number));
    last.remove();
  }
}

async function one(sandbox, number, signal) {
  const query = { after: Number(number) - 1, limit: 1, control: true };
  const found = await json("GET", withQuery(control("sandboxes", sandbox, "journal"), query), { signal });
  return found.entries.find((entry) => entry.number === Number(number));
}

// Finds the view that the fragment names and shows it.

import { ApiError, REFUSED, send, use } from "./api.js";
import { fill, h } from "./dom.js";
import { GONE, pause } from "./feed.js";
import { unsent, writeAgain } from "./forms.js";
import { go, link, parse } from "./route.js";
import { forget, form, isMalformed, taken } from "./token.js";
import { chat } from "./chat.js";
import { clock } from "./clock.js";
import { faults } from "./faults.js";
import { fixtures, persona } from "./fixtures.js";
import { journal } from "./journal.js";
import { limits } from "./limits.js";
import { metrics } from "./metrics.js";
import { clearNotice, notice } from "./notice.js";
import { session } from "./session.js";
import { sessions } from "./sessions.js";
import { sandboxes } from "./sandboxes.js";

/** Views by path; a segment that begins with a colon matches any segment. */
const VIEWS = [
  ["sandboxes", sandboxes],
  ["sandboxes/:sandbox/journal", journal],
  ["journal", journal],
  ["sandboxes/:sandbox/sessions", sessions],
  ["sandboxes/:sandbox/sessions/:session", session],
  ["sandboxes/:sandbox/chat", chat],
  ["sandboxes/:sandbox/fixtures", fixtures],
  ["sandboxes/:sandbox/fixtures/:persona", persona],
  ["sandboxes/:sandbox/faults", faults],
  ["sandboxes/:sandbox/clock", clock],
  ["sandboxes/:sandbox/limits", limits],
  ["metrics", metrics],
];

/** The views of a sandbox, in the order of its menu. */
const MENU = [["journal", "Journal"], ["sessions", "Sessions"], ["chat", "Chat"], ["fixtures", "Fixtures"], ["faults", "Faults"],
  ["clock", "Clock and reset"], ["limits", "Limits"]];

/** The views of the whole server, in the order of the main menu. */
const TOP = [["sandboxes", "Sandboxes"], ["journal", "Live"], ["metrics", "Metrics"]];

/** How often a view that could not be shown is tried again, in milliseconds. */
const AGAIN = 2000;

const main = document.getElementById("main");
let shown = null;
/** Whether a view was shown with the token. */
let isAccepted = false;
/** What was typed into a view when the server refused the token: the view's path and fields. */
let kept = null;

/** Shows what the fragment says; a view that can keep itself up to date with its query does. */
async function show() {
  use(taken());
  const { segments, query } = parse(location.hash);
  const found = VIEWS.map(([path, view]) => ({ view, names: matched(path, segments) })).find((view) => view.names);
  if (!found) return go(segments[0] === "sandboxes" && segments[1] ? ["sandboxes", segments[1], "journal"] : ["sandboxes"]);
  const path = link(segments);
  const view = shown;
  if (view?.path !== path || !view.update) return begin(path, segments, query, found);
  try {
    await view.update(query);
  } catch (error) {
    failed(view, error);
  }
}

/** Shows another view. A change of the address while it is being made begins it anew. */
async function begin(path, segments, query, { view: make, names }) {
  const isFirst = shown === null;
  shown?.stop.abort();
  const view = { path, stop: new AbortController(), update: null, root: h("div", { class: "view" }) };
  const { signal } = view.stop;
  shown = view;
  clearNotice();
  showMenu(segments);
  main.setAttribute("aria-busy", "true");
  fill(main, names.sandbox && frame(names.sandbox, segments[2]), view.root);
  try {
    const update = await make({ root: view.root, query, signal, segments, ...names });
    if (signal.aborted) return;
    view.update = update ?? null;
    isAccepted = true;
    main.removeAttribute("aria-busy");
    if (kept?.path === path) writeAgain(view.root, kept.fields);
    kept = null;
    named(view.root, isFirst);
  } catch (error) {
    if (!signal.aborted) failed(view, error, isFirst);
  }
}

/** Says why the view cannot be shown, and shows it when a call that may go well later does. */
async function failed(view, error, isFirst = false) {
  if (view !== shown || error.name === "AbortError") return;
  view.stop.abort();
  view.stop = new AbortController();
  view.update = null;
  main.removeAttribute("aria-busy");
  fill(view.root, h("h1", { tabindex: -1 }, "This view cannot be shown"), h("p", { role: "alert", class: "error" }, error.message),
    h("button", { type: "button", onclick: show }, "Try again"));
  named(view.root, isFirst);
  if (!(error instanceof ApiError)) console.error(error);
  if (error.canPass) await passed(error, view.stop.signal);
  if (error.canPass && !view.stop.signal.aborted) show();
}

/** Sends the call again every few seconds until it goes well. */
async function passed(error, signal) {
  let isOver = false;
  while (!isOver && !signal.aborted) {
    await pause(AGAIN, signal);
    if (!document.hidden) isOver = await send("GET", error.path, { signal }).then(() => true, () => false);
  }
}

/** Gives the page the view's name, and moves the focus to its heading, as a new page would. */
function named(root, isFirst) {
  const heading = root.querySelector("h1");
  document.title = heading ? `${heading.textContent} · foilmock` : "foilmock";
  if (!isFirst) heading?.focus();
}

/** Asks for the token, in place of the view; the same view comes after it, with what was typed. */
function ask() {
  // Of several calls that were under way each is refused.
  if (!shown) return;
  const message = isMalformed() ? "That token is not the server's"
    : taken() === "" ? "" : isAccepted ? "The server has another token now" : "That token is not the server's";
  const fields = unsent(shown.root);
  if (fields.length > 0) kept = { path: shown.path, fields };
  isAccepted = false;
  shown.stop.abort();
  shown = null;
  forget();
  main.removeAttribute("aria-busy");
  fill(main, form(message, show));
  document.title = "foilmock";
  document.getElementById("token").focus();
}

/** The path's named segments, or null if it is another path. */
function matched(path, segments) {
  const parts = path.split("/");
  if (parts.length !== segments.length) return null;
  const names = {};
  for (const [number, part] of parts.entries()) {
    if (part.startsWith(":")) names[part.slice(1)] = segments[number];
    else if (part !== segments[number]) return null;
  }
  return names;
}

function frame(sandbox, current) {
  const items = MENU.map(([name, title]) =>
    h("li", {}, h("a", { href: link(["sandboxes", sandbox, name]), "aria-current": name === current ? "page" : null }, title)));
  return h("nav", { class: "tabs", "aria-label": `Sandbox ${sandbox}` }, h("bdi", { class: "name" }, sandbox), h("ul", {}, items));
}

function showMenu(segments) {
  fill(document.getElementById("top-nav"), TOP.map(([name, title]) =>
    h("a", { href: link([name]), "aria-current": segments[0] === name ? (segments.length > 1 ? "true" : "page") : null }, title)));
}

// The page's own links to places in it are no views.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", show);
window.addEventListener(REFUSED, ask);
window.addEventListener(GONE, ({ detail }) => failed(shown, detail));
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError") return event.preventDefault();
  notice(event.reason?.message ?? "Something went wrong");
});
show();

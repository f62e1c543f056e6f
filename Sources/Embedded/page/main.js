// Finds the view that the fragment names and shows it.

import { ApiError, REFUSED, use } from "./api.js";
import { fill, h } from "./dom.js";
import { go, link, parse } from "./route.js";
import { forget, form, taken } from "./token.js";
import { chat } from "./chat.js";
import { clock } from "./clock.js";
import { faults } from "./faults.js";
import { fixtures, persona } from "./fixtures.js";
import { journal } from "./journal.js";
import { limits } from "./limits.js";
import { metrics } from "./metrics.js";
import { notice } from "./notice.js";
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

const main = document.getElementById("main");
let shown = null;

/** Shows what the fragment says; a view that can keep itself up to date with its query does. */
async function show() {
  use(taken());
  const { segments, query } = parse(location.hash);
  const found = VIEWS.map(([path, view]) => ({ view, names: matched(path, segments) })).find((view) => view.names);
  if (!found) return go(segments[0] === "sandboxes" && segments[1] ? ["sandboxes", segments[1], "journal"] : ["sandboxes"]);
  const path = link(segments);
  if (shown?.path === path && shown.update) return shown.update(query);
  shown?.stop.abort();
  const isFirst = shown === null;
  const stop = new AbortController();
  shown = { path, stop, update: null };
  showMenu(segments);
  const root = h("div", { class: "view" });
  main.setAttribute("aria-busy", "true");
  try {
    const context = { root, query, signal: stop.signal, segments, ...found.names };
    fill(main, found.names.sandbox && frame(found.names.sandbox, segments[2]), root);
    // A change of the address while the view is being made begins it anew.
    const update = await found.view(context);
    if (stop.signal.aborted) return;
    shown.update = update ?? null;
  } catch (error) {
    if (stop.signal.aborted) return;
    shown.path = null;
    fill(root, h("h1", { tabindex: -1 }, "This view cannot be shown"), h("p", { role: "alert", class: "error" }, error.message));
    if (!(error instanceof ApiError)) console.error(error);
  } finally {
    if (!stop.signal.aborted) main.removeAttribute("aria-busy");
  }
  named(root, isFirst);
}

/** Gives the page the view's name, and moves the focus to its heading, as a new page would. */
function named(root, isFirst) {
  const heading = root.querySelector("h1");
  document.title = heading ? `${heading.textContent} · foilmock` : "foilmock";
  if (!isFirst) heading?.focus();
}

/** Asks for the token, in place of the view; the same view comes after it. */
function ask(message) {
  const had = taken() !== "";
  shown?.stop.abort();
  shown = null;
  forget();
  main.removeAttribute("aria-busy");
  fill(main, form(had ? message : "", show));
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
window.addEventListener(REFUSED, (event) => ask(event.detail));
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError") return event.preventDefault();
  notice(event.reason?.message ?? "Something went wrong");
});
show();

// One entry of the journal: what was asked, what was answered, and why.

import { fill, facts, h, said } from "./dom.js";
import { curl } from "./curl.js";
import { dayTime, duration } from "./format.js";
import { copy } from "./notice.js";
import { link } from "./route.js";
import { why } from "./why.js";

/** The entry as a person reads it; `close` is the link back to the list. */
export function entryDetail(entry, close, signal) {
  return [
    h("div", { class: "detail-head" },
      h("h2", { tabindex: -1 }, `#${entry.number} ${entry.request.method} `, h("span", { class: "code" }, entry.request.path)),
      h("a", { href: close }, "Close")),
    summary(entry),
    entry.session !== null && entry.turn > 0 && why(entry.sandbox, entry.session, entry.turn, signal),
    part("Request", fields(entry.request.headers), entry.request),
    part("Answer", fields(entry.response?.headers ?? []), entry.response, steps(entry.response)),
    asCurl(entry),
  ];
}

function summary(entry) {
  return facts([
    ["Sandbox", h("a", { href: link(["sandboxes", entry.sandbox, "journal"]) }, said(entry.sandbox))],
    ["Route", entry.route && h("span", { class: "code" }, entry.route)],
    ["Status", entry.response?.status ?? "none: the client got no answer"],
    ["Key", entry.key && said(entry.key)],
    ["Persona", entry.persona && said(entry.persona)],
    ["Player", entry.player !== null && said(entry.player)],
    ["Said", entry.message !== null && said(entry.message)],
    ["Decision", entry.decision],
    ["Turn", entry.session && h("a", { href: link(["sandboxes", entry.sandbox, "sessions", entry.session], { turn: entry.turn }) },
      `${entry.turn} of its session`)],
    ["Request id", entry.request_id && said(entry.request_id, "code")],
    ["Faults", entry.faults.length > 0 && entry.faults.join(", ")],
    ["Sandbox's time", dayTime(entry.time)],
    ["Received", dayTime(entry.received)],
    ["Took", duration(entry.latency_ns)],
    ["Delivered", entry.delivered ?? "under way"],
    ["Kind", entry.kind !== "request" && entry.kind],
    ["Duplicate", entry.duplicate && "the same request came before"],
    ["Unsaved", entry.unsaved && "the database could not keep it"],
  ]);
}

function part(title, head, message, more) {
  const body = message?.body ?? "";
  const place = h("pre", { class: "body", tabindex: 0, role: "region", "aria-label": `${title}: body` }, body);
  const formatted = laidOut(body);
  const toggle = formatted !== null && formatted !== body &&
    h("button", { type: "button", "aria-pressed": "false", onclick: (event) => {
      const isPressed = event.target.getAttribute("aria-pressed") !== "true";
      event.target.setAttribute("aria-pressed", String(isPressed));
      fill(place, isPressed ? formatted : body);
    } }, "Lay out the JSON");
  const note = message?.encoding && message.encoding !== "text" && h("p", { class: "muted" }, `The body is in ${message.encoding}.`);
  return h("section", { class: "part" },
    h("h3", {}, title), h("details", {}, h("summary", {}, "Head fields"), head), more, note,
    body === "" ? h("p", { class: "muted" }, "No body") : [place, toggle]);
}

function fields(headers) {
  return h("pre", { class: "body" }, headers.map(({ name, value }) => `${name}: ${value}`).join("\n"));
}

function steps(response) {
  const found = response?.steps ?? [];
  return found.length > 1 && h("details", {}, h("summary", {}, `Sent in ${found.length} steps`), h("pre", { class: "body" }, found.join("\n")));
}

/** The JSON with each member on a line, its values as they were sent; null for a text that is not an object or a list in JSON. */
function laidOut(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
  } catch {
    return null;
  }
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return text.replace(/\s+|"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[{\]},:]/g, (part) => {
    if (/^\s/.test(part)) return "";
    if (part[0] === '"') return part;
    if (part === ",") return `,${line()}`;
    if (part === ":") return ": ";
    if (part.length > 1) return part[0] + part.at(-1);
    depth += part === "{" || part === "[" ? 1 : -1;
    return part === "{" || part === "[" ? part + line() : line() + part;
  });
}

function asCurl(entry) {
  const { text, note } = curl(entry.request, location.origin);
  return h("section", { class: "part" }, h("h3", {}, "As curl"),
    note && h("p", { class: "muted" }, note),
    text && [
      h("pre", { class: "body", tabindex: 0, role: "region", "aria-label": "curl command" }, text),
      h("button", { type: "button", onclick: () => copy(text) }, "Copy as curl"),
    ]);
}

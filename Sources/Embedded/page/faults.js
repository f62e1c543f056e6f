// Faults: what goes wrong on purpose, and what each has struck.

import { control, json } from "./api.js";
import { fill, h, liveRows, said, scrolled, table } from "./dom.js";
import { repeat } from "./feed.js";
import { short } from "./format.js";
import { actionButton, actionForm, choice, field } from "./forms.js";
import { notice } from "./notice.js";
import { link } from "./route.js";

const EVERY = 2000;
/** So much of a fault's JSON is shown. */
const LONG = 1000;

/** The members of each kind that the form asks for: name, label, type, hint. Others can be written as JSON. */
const KINDS = {
  status: [["status", "Status", "number", "200 to 599", "503"], ["message", "Message", "text", "Empty: the API's own words"]],
  rate_limited: [["retry_after_seconds", "Retry after, in seconds", "number", "5 if empty"]],
  delay: [["seconds", "Seconds", "number", "0 to 600", "2"]],
  reset: [["at", "Where", "start body event"]],
  close: [["at", "Where", "start body event"]],
  stall: [["seconds", "Seconds", "number", "0 to 600", "2"], ["after_bytes", "After so many bytes", "number", "", "10"]],
  drip: [["bytes", "Bytes at once", "number", "1 if empty"], ["every_seconds", "Every so many seconds", "number", "0.1 if empty"]],
  truncate: [["fraction", "Fraction that stays", "number", "0.5 if empty"]],
  malform: [],
  content_length: [["delta", "Wrong by", "number", "", "5"]],
  patch: [["patch", "Merge patch", "json", "JSON (RFC 7396)", "{\"mood\": \"sour\"}"]],
  done: [["copies", "Copies of the done event", "number", "0 to 10"]],
  comments: [["every_events", "Before every nth event", "number", "1 if empty"]],
  split_utf8: [],
};

/** What each kind does. */
const WORDS = {
  status: "Answers with this status and the API's own error, or with your words",
  rate_limited: "Answers 429 as a real limit does, with a Retry-After",
  delay: "Answers later",
  reset: "Ends the connection by a TCP reset",
  close: "Ends the connection in good order",
  stall: "Stops for a while in the middle of the answer",
  drip: "Sends the answer in small lots",
  truncate: "Leaves a part of the JSON, in an answer that is whole for HTTP",
  malform: "Makes the answer JSON no more, at the same length",
  content_length: "Makes Content-Length wrong",
  patch: "Changes the answer's JSON by a merge patch",
  done: "Sends the done event of a stream so many times",
  comments: "Sends comments between the events of a stream",
  split_utf8: "Splits characters of a stream between two pieces",
};

const MORE = "More members";
const COUNTS = [["nth", "Only the nth"], ["from", "From the nth on"], ["every", "Then every nth"], ["count", "So many at most"], ["probability", "Probability, 0 to 1"]];
const MATCHES = [["route", "Route", "POST /api/v1/sdk/chat/{persona_id}/message"], ["player", "Player", ""], ["persona", "Persona", ""], ["message", "Message", ""]];

export async function faults({ root, sandbox, signal }) {
  const at = (...rest) => control("sandboxes", sandbox, "faults", ...rest);
  const columns = columnsFor(sandbox, async (id) => {
    await json("DELETE", at(id), { signal });
    notice(`Fault ${id} is deleted`);
    await read();
    heading.focus();
  });
  const heading = h("h1", { tabindex: -1 }, "Faults");
  const list = table("Faults, the oldest first", columns);
  list.classList.add("stacked");
  const none = h("p", { class: "muted" });
  const all = actionButton("Delete all", async () => {
    const { deleted } = await json("DELETE", at(), { signal });
    notice(`${deleted} deleted`);
    await read();
    heading.focus();
  }, { class: "danger" });
  const read = async () => {
    const found = (await json("GET", at(), { signal })).faults;
    liveRows(list.tBodies[0], columns, found, (fault) => fault.id);
    fill(none, found.length === 0 && "Nothing goes wrong on purpose.");
    all.hidden = found.length === 0;
  };
  fill(root, heading, scrolled("Faults", list), none, h("div", { class: "bar" }, all),
    h("h2", {}, "Have something go wrong"), orderForm(at(), read, signal));
  await read();
  repeat(EVERY, signal, read);
}

function columnsFor(sandbox, remove) {
  return [
    ["Fault", (fault) => h("span", { class: "code" }, fault.id)],
    ["Kind", (fault) => fault.kind],
    ["What", (fault) => said(short(JSON.stringify(others(fault)), LONG), "code"), "words"],
    ["Which", (fault) => said(short(fault.match ? JSON.stringify(fault.match) : "all requests", LONG), "code"), "words"],
    ["Matched", (fault) => fault.matched, "number"],
    ["Struck", (fault) => h("a", { href: link(["sandboxes", sandbox, "journal"], { fault: fault.id }) },
      fault.struck, h("span", { class: "unseen" }, ` requests that ${fault.id} struck`)), "number"],
    ["State", (fault) => fault.state],
    ["Action", (fault) => actionButton("Delete", () => remove(fault.id), { "aria-label": `Delete fault ${fault.id}` })],
  ];
}

function others(fault) {
  const known = new Set(["id", "kind", "match", "matched", "struck", "state"]);
  return Object.fromEntries(Object.entries(fault).filter(([name]) => !known.has(name)));
}

function orderForm(path, read, signal) {
  const kind = choice("kind", Object.keys(KINDS));
  const members = h("div", { class: "grid" });
  const words = h("span");
  const showMembers = () => {
    fill(words, WORDS[kind.value]);
    fill(members, KINDS[kind.value].map(([name, label, type, hint, example]) => field(label, memberField(name, type, example), hint)));
  };
  kind.addEventListener("change", showMembers);
  showMembers();
  const work = (data) => json("POST", path, { body: order(data), signal });
  const done = async (fault) => {
    notice(`Fault ${fault.id} is set`);
    await read();
  };
  return actionForm({ label: "Set a fault", work, done },
    h("div", { class: "grid" }, field("Kind", kind, words)), members,
    h("fieldset", {}, h("legend", {}, "Which requests"), h("div", { class: "grid" },
      MATCHES.map(([name, label, example]) => field(label, h("input", { name: `match.${name}`, placeholder: example, spellcheck: "false" }))),
      COUNTS.map(([name, label]) => field(label, h("input", { name, type: "number", min: 0, step: "any" }))))),
    h("details", {}, h("summary", {}, MORE), field("As JSON", h("textarea", { name: "json", spellcheck: "false" }), "An object, such as {\"ttl_seconds\": 60}")),
    h("button", { type: "submit" }, "Set the fault"));
}

function memberField(name, type, example = "") {
  if (type === "number") return h("input", { name, type: "number", step: "any", value: example });
  if (type === "json") return h("textarea", { name, spellcheck: "false" }, example);
  if (type === "text") return h("input", { name, value: example });
  return choice(name, type.split(" "));
}

/** The fault that the form asks for. Throws for JSON that cannot be read, or has what the fields have too. */
function order(data) {
  const body = { kind: data.get("kind") };
  for (const [name, label, type] of KINDS[body.kind]) {
    const text = data.get(name);
    if (text.trim() === "") continue;
    body[name] = type === "number" ? Number(text) : type === "json" ? parsed(text, label) : text;
  }
  for (const [name] of COUNTS) if (data.get(name) !== "") body[name] = Number(data.get(name));
  const match = Object.fromEntries(MATCHES.map(([name]) => [name, data.get(`match.${name}`)]).filter(([, value]) => value !== ""));
  const more = data.get("json").trim() ? parsed(data.get("json"), MORE) : {};
  if (!isObject(more)) throw new Error(`${MORE}: write an object, such as {"ttl_seconds": 60}`);
  if (Object.keys(match).length > 0 && isObject(more.match)) more.match = both(match, more.match);
  else if (Object.keys(match).length > 0) body.match = match;
  return both(body, more);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of the fields and of the JSON. */
function both(fields, more) {
  const twice = Object.keys(more).find((name) => Object.hasOwn(fields, name));
  if (twice !== undefined) throw new Error(`${MORE}: "${twice}" is a field above; leave it out here, or the field empty`);
  return { ...fields, ...more };
}

function parsed(text, label) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${label}: ${error.message}`);
  }
}

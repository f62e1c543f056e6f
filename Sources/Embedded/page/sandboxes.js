// The sandboxes: those that were used last come first.

import { control, json } from "./api.js";
import { fill, h, liveRows, said, scrolled, table } from "./dom.js";
import { repeat } from "./feed.js";
import { counted, dayTime } from "./format.js";
import { actionForm, field } from "./forms.js";
import { notice } from "./notice.js";
import { go, link } from "./route.js";

/** Rows that are shown at most; the search finds the others. */
const MOST = 200;
const EVERY = 3000;
/** With so many sandboxes the list is long, and is read less often. */
const MANY = 500;

const COLUMNS = [
  ["Sandbox", (sandbox) => h("a", { href: link(["sandboxes", sandbox.name, "journal"]) }, said(sandbox.name))],
  ["Requests", (sandbox) => sandbox.journal.requests, "number"],
  ["Errors", (sandbox) => sandbox.journal.errors, "number"],
  ["Sessions", (sandbox) => h("a", { href: link(["sandboxes", sandbox.name, "sessions"]) },
    sandbox.sessions, h("span", { class: "unseen" }, " sessions of ", sandbox.name)), "number"],
  ["Faults", (sandbox) => sandbox.faults, "number wide"],
  ["Scripts", (sandbox) => sandbox.scripts, "number wide"],
  ["Clock", (sandbox) => clock(sandbox.clock), "wide"],
  ["Limits a minute", (sandbox) => limits(sandbox.limits), "wide"],
  ["Last used", (sandbox) => (sandbox.last_request_at ? dayTime(sandbox.last_request_at) : "never"), "wide"],
];

export async function sandboxes({ root, query, signal }) {
  const search = h("input", { type: "search", name: "search", value: query.search ?? "" });
  const count = h("p", { class: "muted" });
  const list = table("Sandboxes, the one that was used last first", COLUMNS);
  const body = list.tBodies[0];
  let all = [];

  const show = () => {
    const found = selected(all, search.value);
    liveRows(body, COLUMNS, found.slice(0, MOST), (sandbox) => sandbox.name);
    const more = found.length > MOST ? `; the first ${MOST} are shown` : "";
    fill(count, `${counted(found.length, "sandbox", "sandboxes")} of ${all.length}${more}`);
  };
  const read = async () => {
    all = (await json("GET", control("sandboxes"), { signal })).sandboxes;
    show();
  };
  search.addEventListener("input", () => {
    history.replaceState(null, "", link(["sandboxes"], { search: search.value }));
    show();
  });
  fill(root,
    h("h1", { tabindex: -1 }, "Sandboxes"),
    h("div", { class: "bar" }, field("Search by name", search), count),
    scrolled("Sandboxes", list),
    opening(async () => {
      await read();
      return all;
    }));
  await read();
  repeat(EVERY, signal, read, () => (all.length > MANY ? 10 : 1));
  return (next) => {
    if (search.value === (next.search ?? "")) return;
    search.value = next.search ?? "";
    show();
  };
}

/** Those whose name has the text, the ones that were used last first. */
function selected(all, search) {
  const text = search.trim().toLowerCase();
  const found = all.filter((sandbox) => sandbox.name.toLowerCase().includes(text));
  return found.sort((a, b) => (b.last_request_at ?? "").localeCompare(a.last_request_at ?? "") || a.name.localeCompare(b.name));
}

/** A form that opens a sandbox, unless `read()`, which gives all sandboxes, has it already. */
function opening(read) {
  const name = h("input", { name: "name", required: true, maxlength: 200, pattern: "[A-Za-z0-9_\\-]+", placeholder: "pk_test_cart" });
  const work = async (data) => {
    const name = data.get("name");
    if (!(await read()).some((sandbox) => sandbox.name === name)) {
      // This opens it, and changes nothing of one that was opened meanwhile. The real time, which a new one has, is not advanced.
      const still = { body: { seconds: 0 } };
      await json("POST", control("sandboxes", name, "clock", "advance"), still).catch((error) => {
        if (error.status !== 400) throw error;
      });
    }
    go(["sandboxes", name, "journal"]);
  };
  return h("details", {}, h("summary", {}, "Open a sandbox"),
    actionForm({ className: "bar", label: "Open a sandbox", work },
      field("Name", name, "Letters, digits, _ and -; the name of a test key is one"),
      h("button", { type: "submit" }, "Open")));
}

function clock({ mode, now }) {
  return mode === "real" ? "real" : `${mode}, ${dayTime(now)}`;
}

function limits(found) {
  return found === null ? "none" : `${found.messages_per_minute} / ${found.other_per_minute}`;
}

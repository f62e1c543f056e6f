// The sessions of a sandbox: the ones whose last message is the newest come first.

import { control, json } from "./api.js";
import { fill, h, liveRows, said, scrolled, table } from "./dom.js";
import { repeat } from "./feed.js";
import { counted, dayTime, plain, short } from "./format.js";
import { field } from "./forms.js";
import { link } from "./route.js";

const MOST = 200;
const EVERY = 3000;
const MANY = 500;

export async function sessions({ root, query, sandbox, signal }) {
  const search = h("input", { type: "search", name: "search", value: query.search ?? "" });
  const count = h("p", { class: "muted" });
  const columns = columnsFor(sandbox);
  const list = table("Sessions, the newest message first", columns);
  let all = [];

  const show = () => {
    const found = selected(all, search.value);
    liveRows(list.tBodies[0], columns, found.slice(0, MOST), (session) => session.session_id);
    fill(count, `${counted(found.length, "session")} of ${all.length}${found.length > MOST ? `; the first ${MOST} are shown` : ""}`);
  };
  const read = async () => {
    all = (await json("GET", control("sandboxes", sandbox, "sessions"), { signal })).sessions;
    show();
  };
  search.addEventListener("input", () => {
    history.replaceState(null, "", link(["sandboxes", sandbox, "sessions"], { search: search.value }));
    show();
  });
  fill(root,
    h("h1", { tabindex: -1 }, "Sessions"),
    h("div", { class: "bar" }, field("Search by player, persona or state", search), count),
    scrolled("Sessions", list));
  await read();
  repeat(EVERY, signal, read, () => (all.length > MANY ? 10 : 1));
  return (next) => {
    if (search.value === (next.search ?? "")) return;
    search.value = next.search ?? "";
    show();
  };
}

function selected(all, search) {
  const text = search.trim().toLowerCase();
  const holds = (session) => [session.player, session.persona, session.machine, session.state_key, session.session_id]
    .some((value) => (value ?? "").toLowerCase().includes(text));
  return all.filter(holds).sort((a, b) => (b.last_message_at ?? b.started_at).localeCompare(a.last_message_at ?? a.started_at));
}

function columnsFor(sandbox) {
  return [
    ["Player", (session) => h("a", { href: link(["sandboxes", sandbox, "sessions", session.session_id]) }, said(short(session.player, 60)))],
    ["Persona", (session) => session.persona ?? session.persona_id],
    ["Machine", (session) => session.machine ?? session.machine_id, "wide"],
    ["State", (session) => h("span", { class: "code" }, session.state_key)],
    ["Score", (session) => plain(session.score), "number"],
    ["Outcome", (session) => session.outcome ?? ""],
    ["Turns", (session) => session.turn_count, "number wide"],
    ["Channel", (session) => session.channel, "wide"],
    ["Last message", (session) => dayTime(session.last_message_at ?? session.started_at), "wide"],
  ];
}

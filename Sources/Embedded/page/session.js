// One session: its history turn by turn, the machine's graph, and what a tester may change.

import { control, json, withQuery } from "./api.js";
import { facts, fill, h, reconcile, said } from "./dom.js";
import { follow } from "./feed.js";
import { clockTime, counted, dayTime } from "./format.js";
import { graph } from "./graph.js";
import { machineOf, transitionTable } from "./machine.js";
import { notice } from "./notice.js";
import { link } from "./route.js";
import { changes } from "./changes.js";
import { why } from "./why.js";

/** Turns that are read and shown at once. */
const MOST_TURNS = 200;

export async function session({ root, query, sandbox, session: id, signal }) {
  const at = (...rest) => control("sandboxes", sandbox, "sessions", id, ...rest);
  const state = { query, found: null, turns: [], machine: null };
  const parts = {
    facts: h("div"), turns: h("ol", { class: "turns" }), more: h("p", { class: "muted" }),
    graph: h("div"), steps: h("div", { class: "bar" }), why: h("div"), table: h("div"), changes: h("div", { class: "cards" }),
  };

  const read = async () => {
    state.found = await json("GET", at(), { signal });
    const chosen = number(state.query.turn) ?? state.found.turn_count;
    const after = Math.min(chosen - 1, state.found.turn_count - MOST_TURNS);
    // Without `after` the list begins with the greeting, which is turn 0.
    const turns = withQuery(at("turns"), { after: after > 0 ? after : null, limit: MOST_TURNS });
    state.turns = (await json("GET", turns, { signal })).turns;
    show();
  };
  const show = () => {
    fill(parts.facts, about(state.found));
    const chosen = number(state.query.turn);
    reconcile(parts.turns, state.turns, (turn) => `${id} ${turn.number}`, (turn) => turnItem(sandbox, id, turn), () => {});
    for (const [number, item] of [...parts.turns.children].entries()) {
      if (state.turns[number].number === chosen) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    const missing = state.turns[0]?.number ?? 0;
    fill(parts.more, missing > 0 && `${counted(missing, "turn")} before these are not shown.`);
    showTurn(chosen);
  };
  // What has not changed stays as it is, with its focus and its place.
  const drawn = { steps: null, graph: null, why: null };
  const redraw = (name, key, make) => {
    const state = JSON.stringify(key);
    if (drawn[name] === state) return;
    drawn[name] = state;
    const focused = parts[name].contains(document.activeElement) && document.activeElement.textContent;
    fill(parts[name], make());
    if (focused) [...parts[name].querySelectorAll("a")].find((link) => link.textContent === focused)?.focus();
  };
  const showTurn = (chosen) => {
    const last = state.turns.at(-1)?.number ?? 0;
    const turn = state.turns.find((other) => other.number === chosen);
    redraw("steps", [chosen, last], () => stepLinks(sandbox, id, chosen, last));
    const isExplained = turn && turn.line !== null;
    redraw("why", isExplained && chosen, () => isExplained && why(sandbox, id, chosen, signal));
    if (!state.machine) return;
    const current = turn?.state_key ?? state.found.state_key;
    const taken = way(state.turns.filter((other) => other.number <= (chosen ?? last)));
    redraw("graph", [current, [...taken]], () => graph(state.machine, { current, way: taken }));
  };

  await read();
  state.machine = await machine(sandbox, state.found, signal);
  fill(root,
    h("h1", { tabindex: -1 }, "Session of ", said(state.found.player)),
    parts.facts,
    h("div", { class: "columns halves" },
      h("section", { "aria-labelledby": "turns-heading" }, h("h2", { id: "turns-heading" }, "Turns"), parts.more, parts.turns),
      h("section", { "aria-labelledby": "graph-heading" }, h("h2", { id: "graph-heading" }, "Machine"), parts.steps, parts.graph, parts.why,
        h("details", {}, h("summary", {}, "Transitions as a table"), parts.table))),
    h("h2", {}, "Change it"), parts.changes);
  show();
  if (state.machine) fill(parts.table, transitionTable(state.machine));
  else fill(parts.graph, h("p", { class: "muted" }, "The persona is not there any more, so there is no graph."));
  changes(parts.changes, sandbox, state.found, state.machine, read, signal);
  listen(sandbox, id, read, signal);
  return async (next) => {
    const old = state.query;
    state.query = next;
    if (old.turn === next.turn) return;
    const isThere = next.turn === undefined || state.turns.some((turn) => turn.number === number(next.turn));
    if (isThere) show();
    else await read().catch((error) => notice(error.message));
    if (!parts.steps.contains(document.activeElement)) parts.turns.querySelector("[aria-current] a")?.focus();
  };
}

/** Reads the session again when something came to it; many messages at once are one reading. */
function listen(sandbox, id, read, signal) {
  let isWaiting = false;
  const entry = () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      if (!signal.aborted) read().catch((error) => error.name === "AbortError" || notice(error.message));
    }, 300);
  };
  follow(withQuery(control("sandboxes", sandbox, "journal", "live"), { session: id }), signal, { entry, lost: entry, state: () => {} });
}

async function machine(sandbox, found, signal) {
  if (!found.persona || !found.machine) return undefined;
  return machineOf(await json("GET", control("sandboxes", sandbox, "personas", found.persona), { signal }), found.machine);
}

/** Which turns took which way: `from\nto` and the numbers of the turns. */
function way(turns) {
  const found = new Map();
  for (const [number, turn] of turns.entries()) {
    const before = turns[number - 1];
    if (!before || before.state_key === turn.state_key) continue;
    const name = `${before.state_key}\n${turn.state_key}`;
    found.set(name, [...(found.get(name) ?? []), turn.number]);
  }
  return found;
}

function about(found) {
  const pairs = (values) => Object.entries(values).map(([name, value]) => h("div", {}, h("span", { class: "code" }, name), ": ", said(value)));
  return facts([
    ["Persona", found.persona ?? found.persona_id],
    ["Machine", found.machine ?? found.machine_id],
    ["State", h("span", { class: "code" }, found.state_key)],
    ["Score", String(found.score)],
    ["Outcome", found.outcome],
    ["Redirects", found.redirect_count > 0 && String(found.redirect_count)],
    ["Captures", Object.keys(found.captures).length > 0 && pairs(found.captures)],
    ["Variables", Object.keys(found.variables).length > 0 && pairs(found.variables)],
    ["Channel", found.channel],
    ["Began", dayTime(found.started_at)],
  ], "inline");
}

function turnItem(sandbox, id, turn) {
  const what = turn.decision ?? (turn.follow_up ? "follow-up" : turn.number === 0 ? "greeting" : "");
  return h("li", {},
    h("div", { class: "turn-head" },
      h("a", { href: link(["sandboxes", sandbox, "sessions", id], { turn: turn.number }) }, `Turn ${turn.number}`),
      h("span", { class: "muted" }, [clockTime(turn.at), what, turn.state_key, `score ${turn.score}`].filter(Boolean).join(" · "))),
    turn.line !== null && h("p", { class: "line" }, h("span", { class: "unseen" }, "Player: "), said(turn.line)),
    h("p", { class: "reply" }, h("span", { class: "unseen" }, "Character: "), said(turn.reply)));
}

function stepLinks(sandbox, id, chosen, last) {
  const to = (turn, text) => h("a", { class: "button", href: link(["sandboxes", sandbox, "sessions", id], { turn }) }, text);
  const now = chosen ?? last;
  return [
    h("span", { class: "muted" }, chosen === null ? "Now" : `After turn ${chosen} of ${last}`),
    now > 0 && to(now - 1, "Turn before"), now < last && to(now + 1, "Turn after"), chosen !== null && to(null, "Now"),
  ];
}

function number(text) {
  return /^\d{1,9}$/.test(text ?? "") ? Number(text) : null;
}

// One session: its history turn by turn, the machine's graph, and what a tester may change.

import { control, json, withQuery } from "./api.js";
import { facts, fill, h, reconcile, refill, said, straight } from "./dom.js";
import { repeat } from "./feed.js";
import { clockTime, dayTime, plain, short } from "./format.js";
import { actionButton } from "./forms.js";
import { graph } from "./graph.js";
import { machineOf, transitionTable } from "./machine.js";
import { link } from "./route.js";
import { changes } from "./changes.js";
import { why } from "./why.js";

/** Turns that are read and shown at once. */
const MOST_TURNS = 200;
const EVERY = 1000;
/** So much of a player's name is in the heading. */
const LONG_NAME = 80;

export async function session({ root, query, sandbox, session: id, signal }) {
  const at = (...rest) => control("sandboxes", sandbox, "sessions", id, ...rest);
  // `first`: the turn with which the list begins, where a button asked for one; `begin`: the one with which it does.
  const state = { query, found: null, first: null, begin: 0, turns: [] };
  // What the forms know too: the persona's name and the machine, where they are there, and when their fixtures were loaded.
  const known = { persona: null, machine: null, loaded: null };
  const heading = h("h2", { id: "turns-heading", tabindex: -1 }, "Turns");
  const gone = h("p", { class: "error", role: "alert", hidden: true }, "The session is gone: it was reset, or begun anew");
  const missing = h("p", { class: "error", role: "alert", hidden: true });
  const earlier = actionButton("Show earlier turns", () => page(-MOST_TURNS));
  const later = actionButton("Show later turns", () => page(MOST_TURNS));
  const parts = {
    facts: h("div"), turns: h("ol", { class: "turns" }), graph: h("div"), steps: h("div", { class: "bar" }), why: h("div"),
    table: h("div"), changes: h("div", { class: "cards" }),
  };
  let forms = null;

  const read = async () => {
    state.found = await json("GET", at(), { signal });
    const last = state.found.turn_count;
    const wanted = state.first ?? (number(state.query.turn) ?? last) - MOST_TURNS / 2;
    state.begin = Math.max(0, Math.min(wanted, last - MOST_TURNS + 1));
    // Without `after` the list begins with the greeting, which is turn 0.
    const turns = withQuery(at("turns"), { after: state.begin > 0 ? state.begin - 1 : null, limit: MOST_TURNS });
    state.turns = (await json("GET", turns, { signal })).turns;
    show();
  };
  const loadedAt = async () => (await json("GET", control("fixtures"), { signal })).loaded_at;
  const readMachine = async (loaded) => {
    const { persona, machine } = state.found;
    const document = persona && await json("GET", control("sandboxes", sandbox, "personas", persona), { signal }).catch((error) => {
      if (error.status !== 404) throw error;
      return null;
    });
    known.persona = document?.persona.name ?? null;
    known.machine = (document && machine && machineOf(document, machine)) ?? null;
    known.loaded = loaded;
    forms?.listStates();
  };
  const page = async (step) => {
    state.first = Math.max(0, state.begin + step);
    await read();
    heading.focus();
  };
  const show = () => {
    fill(parts.facts, about(state.found));
    const lack = lacking(state.found, known);
    missing.hidden = lack === null;
    refill(missing, lack, () => lack && straight(lack));
    refill(parts.table, known.machine, () => known.machine && transitionTable(known.machine));
    const chosen = number(state.query.turn);
    reconcile(parts.turns, state.turns, (turn) => JSON.stringify(turn), (turn) => turnItem(sandbox, id, turn), () => {});
    for (const [number, item] of [...parts.turns.children].entries()) {
      if (state.turns[number].number === chosen) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    earlier.hidden = state.begin === 0;
    later.hidden = state.begin + MOST_TURNS > state.found.turn_count;
    forms?.choose(chosen ?? state.found.turn_count);
    showTurn(chosen);
  };
  // What has not changed stays as it is, with its focus and its place.
  const showTurn = (chosen) => {
    const last = state.found.turn_count;
    const turn = state.turns.find((other) => other.number === chosen);
    refill(parts.steps, [state.query.turn, last], () => stepLinks(sandbox, id, state.query.turn, last));
    // A chosen turn that is on another page of the list stays explained.
    if (chosen !== null && chosen <= last && !turn) return;
    const isExplained = turn && turn.line !== null;
    refill(parts.why, isExplained ? chosen : null, () => isExplained && why(sandbox, id, chosen, signal));
    if (!known.machine) return refill(parts.graph, null, () => h("p", { class: "muted" }, "There is no graph."));
    const current = turn?.state_key ?? state.found.state_key;
    const taken = way(state.turns.filter((other) => other.number <= (chosen ?? last)));
    refill(parts.graph, [known.machine, current, [...taken]], () => graph(known.machine, { current, way: taken }));
  };
  const poll = async () => {
    const [found, loaded] = await Promise.all([
      json("GET", at(), { signal }).catch((error) => {
        if (error.status !== 404) throw error;
        return null;
      }),
      loadedAt(),
    ]);
    gone.hidden = found !== null;
    // Without the sandbox the view ends.
    if (!found) return void await json("GET", control("sandboxes", sandbox), { signal });
    const isOther = JSON.stringify(found) !== JSON.stringify(state.found);
    const isOfOthers = loaded !== known.loaded || found.persona !== state.found.persona || found.machine !== state.found.machine;
    if (isOther) await read();
    if (isOfOthers) {
      await readMachine(loaded);
      show();
    }
    if (isOther) await forms.listScripts();
  };

  await read();
  await readMachine(await loadedAt());
  fill(root,
    h("h1", { tabindex: -1 }, "Session of ", said(short(state.found.player, LONG_NAME))), gone, missing,
    parts.facts,
    h("div", { class: "columns halves" },
      h("section", { "aria-labelledby": "turns-heading" }, heading, earlier, parts.turns, later),
      h("section", { "aria-labelledby": "graph-heading" }, h("h2", { id: "graph-heading" }, "Machine"), parts.steps, parts.graph, parts.why,
        h("details", {}, h("summary", {}, "Transitions as a table"), parts.table))),
    h("h2", {}, "Change it"), parts.changes);
  forms = changes(parts.changes, { sandbox, found: state.found, known, read, signal });
  show();
  repeat(EVERY, signal, poll);
  return async (next) => {
    const old = state.query;
    state.query = next;
    if (old.turn === next.turn) return;
    if (state.turns.some((turn) => turn.number === number(next.turn))) show();
    else {
      state.first = null;
      await read();
    }
    if (!parts.steps.contains(document.activeElement)) parts.turns.querySelector("[aria-current] a")?.focus();
  };
}

/** What the session needs and the fixtures do not have; null: nothing. */
function lacking(found, { persona, machine }) {
  if (persona === null) return `The persona ${found.persona ?? found.persona_id} is not there any more`;
  if (machine === null) return `The machine ${found.machine ?? found.machine_id} is not there any more`;
  const isThere = machine.states.some((state) => state.state_key === found.state_key);
  return isThere ? null : `The machine ${machine.machine_key} has no state "${found.state_key}" any more`;
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
    ["Player", short(found.player, LONG_NAME) !== found.player && said(found.player)],
    ["Persona", found.persona ?? found.persona_id],
    ["Machine", found.machine ?? found.machine_id],
    ["State", h("span", { class: "code" }, found.state_key)],
    ["Score", plain(found.score)],
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
      h("span", { class: "muted" }, [clockTime(turn.at), what, turn.state_key, `score ${plain(turn.score)}`].filter(Boolean).join(" · "))),
    turn.line !== null && h("p", { class: "line" }, h("span", { class: "unseen" }, "Player: "), said(turn.line)),
    h("p", { class: "reply" }, h("span", { class: "unseen" }, "Character: "), said(turn.reply)));
}

/** Links to the turns beside the one that the address asks for. A link that leads nowhere stays, and so keeps the focus. */
function stepLinks(sandbox, id, asked, last) {
  const to = (text, isPossible, turn) => h("a", isPossible
    ? { class: "button", href: link(["sandboxes", sandbox, "sessions", id], { turn }) }
    : { class: "button", role: "link", "aria-disabled": "true", tabindex: 0 }, text);
  const chosen = number(asked);
  const isMissing = asked !== undefined && (chosen === null || chosen > last);
  const now = isMissing ? last + 1 : chosen ?? last;
  return [
    isMissing ? h("span", { class: "error", role: "alert" }, `There is no turn ${straight(short(asked, 20))}: the last one is ${last}`)
      : h("span", { class: "muted" }, chosen === null ? "Now" : `After turn ${chosen} of ${last}`),
    to("Turn before", now > 0, now - 1), to("Turn after", now < last, now + 1), to("Now", asked !== undefined, null),
  ];
}

function number(text) {
  return /^\d{1,9}$/.test(text ?? "") ? Number(text) : null;
}

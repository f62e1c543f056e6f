// What a tester may do to a session: move it, set its score and variables, fork it, and script what comes next.

import { control, json } from "./api.js";
import { fill, h, straight } from "./dom.js";
import { counted, short } from "./format.js";
import { actionButton, actionForm, choice, field, options } from "./forms.js";
import { notice } from "./notice.js";
import { go } from "./route.js";

const KEEP = ["", "as it is"];

/**
 * Shows the forms. `read()` shows the session again after a change; `known` has the persona's name as `persona`, and the machine.
 * Gives `choose(turn)`, which says which turn is chosen, `listScripts()`, which shows the scripts as they are now, and
 * `listStates()`, for another machine.
 */
export function changes(place, { sandbox, found, known, read, signal }) {
  const at = control("sandboxes", sandbox, "sessions", found.session_id);
  const changed = (body) => json("PATCH", at, { body, signal });
  const scripts = h("ol", { class: "plain", "aria-label": "Scripts, the next first" });
  const names = () => [null, found.persona_id, found.persona, known.persona];
  const list = () => listScripts(scripts, sandbox, (script) => names().includes(script.persona) && [null, found.player].includes(script.player), signal);
  const told = (message) => async () => {
    notice(message);
    await read();
  };
  const turn = h("input", { name: "turn", type: "number", min: 0, step: 1, required: true });
  const state = h("select", { name: "state" });
  const listStates = () => fill(state, options([KEEP, ...(known.machine?.states.map((one) => one.state_key) ?? [])], state.value));
  listStates();
  fill(place,
    position(state, changed, told("The session was moved")),
    memory(changed, told("The session's memory was set")),
    next(sandbox, found, scripts, list, signal),
    fork(sandbox, found, turn, at, signal));
  list().catch((error) => error.name === "AbortError" || notice(error.message));
  // A number that was typed stays.
  return { choose: (chosen) => (turn.defaultValue = chosen), listScripts: list, listStates };
}

function card(title, form) {
  return h("section", { class: "card" }, h("h3", { tabindex: -1 }, title), form);
}

function position(state, changed, done) {
  const work = (data) => {
    const body = {};
    if (data.get("state")) body.state_key = data.get("state");
    if (data.get("score") !== "") body.score = Number(data.get("score"));
    if (data.get("outcome")) body.outcome = data.get("outcome") === "none" ? null : data.get("outcome");
    if (Object.keys(body).length === 0) throw new Error("Choose a state or an outcome, or write a score: all is as it is");
    return changed(body);
  };
  return card("Move it, without a turn", actionForm({ label: "Move the session", work, done },
    field("State", state),
    field("Score", h("input", { name: "score", type: "number", step: 1 })),
    field("Outcome", choice("outcome", [KEEP, ["none", "none: it goes on"], "ACCEPT", "REJECT", "KICK_OUT"])),
    h("button", { type: "submit" }, "Move")));
}

function memory(changed, done) {
  const work = (data) => {
    const value = data.get("remove") ? null : data.get("value");
    return changed({ [data.get("kind")]: { [data.get("name")]: value } });
  };
  return card("Set a variable or a capture", actionForm({ label: "Set a variable or a capture", work, done },
    field("Kind", choice("kind", [["variables", "variable"], ["captures", "capture"]])),
    field("Name", h("input", { name: "name", required: true, spellcheck: "false" })),
    field("Value", h("input", { name: "value" })),
    h("label", {}, h("input", { type: "checkbox", name: "remove" }), " take it away"),
    h("button", { type: "submit" }, "Set")));
}

function next(sandbox, found, scripts, list, signal) {
  const work = (data) => {
    const step = {};
    const decision = data.get("decision");
    if (decision === "follow_up") step.follow_up = true;
    else if (decision) step.decision = decision;
    if (data.get("reply")) step.reply = data.get("reply");
    if (Object.keys(step).length === 0) throw new Error("Choose a decision or write a reply: an empty step changes nothing");
    const body = { player: found.player, persona: found.persona_id, steps: [step] };
    return json("POST", control("sandboxes", sandbox, "scripts"), { body, signal });
  };
  const done = async (made) => {
    const before = (await list()).filter((script) => script.id !== made.id);
    const steps = counted(before.reduce((sum, script) => sum + script.left, 0), "step");
    notice(before.length === 0 ? "The next message takes this step"
      : `The step comes after ${steps} of ${before.slice(0, 5).map((script) => script.id).join(", ")}`);
  };
  return card("Script the next message", [
    actionForm({ label: "Script the next message", work, done },
      field("Decision", choice("decision", [["", "the machine decides"], "pass", "redirect", "reject", "kick_out", ["follow_up", "follow-up"]])),
      field("Reply", h("input", { name: "reply" }), "Word for word; empty: the machine's line"),
      h("button", { type: "submit" }, "Script")),
    scripts,
  ]);
}

/** Shows the scripts with a step left that are for the session, and gives them. */
async function listScripts(place, sandbox, isFor, signal) {
  const all = (await json("GET", control("sandboxes", sandbox, "scripts"), { signal })).scripts;
  const mine = all.filter((script) => script.left > 0 && isFor(script));
  fill(place, mine.map((script) => h("li", {},
    h("span", { class: "code" }, script.id), ` for ${script.player === null ? "anybody" : "this player"}, ${counted(script.left, "step")} left `,
    actionButton("Delete", async () => {
      await json("DELETE", control("sandboxes", sandbox, "scripts", script.id));
      notice(`Script ${script.id} is deleted`);
      await listScripts(place, sandbox, isFor, signal);
      place.closest(".card").querySelector("h3").focus();
    }, { "aria-label": `Delete script ${script.id}` }))));
  return mine;
}

function fork(sandbox, found, turn, at, signal) {
  const work = (data) => json("POST", `${at}/fork`, { body: { turn: Number(data.get("turn")), player: data.get("player") }, signal });
  const done = (made) => {
    const inexact = made.exact ? "" : ". The turns could not all be made again as they were";
    notice(`Forked after turn ${made.turn_count} of ${short(straight(found.player), 60)}${inexact}`, { forNextView: true });
    go(["sandboxes", sandbox, "sessions", made.session_id]);
  };
  return card("Fork it for another player", actionForm({ label: "Fork the session", work, done },
    field("After turn", turn),
    field("Player", h("input", { name: "player", required: true, maxlength: 1000, value: `${found.player}-2` })),
    h("button", { type: "submit" }, "Fork")));
}

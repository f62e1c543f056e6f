// What a tester may do to a session: move it, set its score and variables, fork it, and script what comes next.

import { control, json } from "./api.js";
import { fill, h } from "./dom.js";
import { counted } from "./format.js";
import { actionButton, actionForm, choice, field } from "./forms.js";
import { notice } from "./notice.js";
import { go } from "./route.js";

const KEEP = ["", "as it is"];

/** Shows the forms. `read()` shows the session again after a change. */
export function changes(place, sandbox, found, machine, read, signal) {
  const at = control("sandboxes", sandbox, "sessions", found.session_id);
  const changed = (body) => json("PATCH", at, { body, signal });
  const scripts = h("ul", { class: "plain" });
  const told = (message) => async () => {
    notice(message);
    await Promise.all([read(), listScripts(scripts, sandbox, found, signal)]);
  };
  fill(place,
    position(found, machine, changed, told("The session was moved")),
    memory(changed, told("The session's memory was set")),
    next(sandbox, found, scripts, told("The next message takes this step"), signal),
    fork(sandbox, found, at, signal));
  listScripts(scripts, sandbox, found, signal).catch((error) => notice(error.message));
}

function card(title, form) {
  return h("section", { class: "card" }, h("h3", {}, title), form);
}

function position(found, machine, changed, done) {
  const states = machine?.states.map((state) => state.state_key) ?? [found.state_key];
  const work = (data) => {
    const body = {};
    if (data.get("state")) body.state_key = data.get("state");
    if (data.get("score") !== "") body.score = Number(data.get("score"));
    if (data.get("outcome")) body.outcome = data.get("outcome") === "none" ? null : data.get("outcome");
    return changed(body);
  };
  return card("Move it, without a turn", actionForm({ label: "Move the session", work, done },
    field("State", choice("state", [KEEP, ...states])),
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

function next(sandbox, found, scripts, done, signal) {
  const work = (data) => {
    const step = {};
    const decision = data.get("decision");
    if (decision === "follow_up") step.follow_up = true;
    else if (decision) step.decision = decision;
    if (data.get("reply")) step.reply = data.get("reply");
    const body = { player: found.player, persona: found.persona_id, steps: [step] };
    return json("POST", control("sandboxes", sandbox, "scripts"), { body, signal });
  };
  return card("Script the next message", [
    actionForm({ label: "Script the next message", work, done },
      field("Decision", choice("decision", [["", "the machine decides"], "pass", "redirect", "reject", "kick_out", ["follow_up", "follow-up"]])),
      field("Reply", h("input", { name: "reply" }), "Word for word; empty: the machine's line"),
      h("button", { type: "submit" }, "Script")),
    scripts,
  ]);
}

async function listScripts(place, sandbox, found, signal) {
  const all = (await json("GET", control("sandboxes", sandbox, "scripts"), { signal })).scripts;
  const mine = all.filter((script) => script.left > 0 && (script.player === null || script.player === found.player));
  fill(place, mine.map((script) => h("li", {},
    h("span", { class: "code" }, script.id), ` for ${script.player === null ? "anybody" : "this player"}, ${counted(script.left, "step")} left `,
    actionButton("Delete", async () => {
      await json("DELETE", control("sandboxes", sandbox, "scripts", script.id));
      notice(`Script ${script.id} is deleted`);
      await listScripts(place, sandbox, found, signal);
    }, { "aria-label": `Delete script ${script.id}` }))));
}

function fork(sandbox, found, at, signal) {
  const work = (data) => json("POST", `${at}/fork`, { body: { turn: Number(data.get("turn")), player: data.get("player") }, signal });
  const done = (made) => {
    if (!made.exact) notice("The turns could not all be made again as they were");
    go(["sandboxes", sandbox, "sessions", made.session_id]);
  };
  return card("Fork it for another player", actionForm({ label: "Fork the session", work, done },
    field("After turn", h("input", { name: "turn", type: "number", min: 0, step: 1, required: true, value: found.turn_count })),
    field("Player", h("input", { name: "player", required: true, maxlength: 1000, value: `${found.player}-2` })),
    h("button", { type: "submit" }, "Fork")));
}

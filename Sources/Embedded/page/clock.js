// The clock, the seed and the reset of a sandbox.

import { control, json } from "./api.js";
import { facts, fill, h } from "./dom.js";
import { repeat } from "./feed.js";
import { dayTime } from "./format.js";
import { actionButton, actionForm, choice, field, showSet } from "./forms.js";
import { notice } from "./notice.js";
import { go } from "./route.js";

const EVERY = 1000;
const STEPS = [["1 second", 1], ["1 minute", 60], ["1 hour", 3600], ["1 day", 86400]];

export async function clock({ root, sandbox, signal }) {
  const at = (...rest) => control("sandboxes", sandbox, ...rest);
  const now = h("div");
  const advancing = h("section", { class: "card" });
  // The clock as it was read last.
  let present = null;
  const show = (found) => {
    const isOther = present?.mode !== found.mode;
    present = found;
    fill(now, facts([["Now", h("span", { class: "code big" }, dayTime(found.now))], ["Mode", found.mode],
      ["Each request adds", found.auto_advance_seconds > 0 && `${found.auto_advance_seconds} s`],
      ["Retry-After times", found.retry_after_scale !== null && String(found.retry_after_scale)]], "inline"));
    showSet(setting, { mode: found.mode, at: "", auto: found.auto_advance_seconds || "", scale: found.retry_after_scale });
    if (!isOther) return;
    fill(advancing, h("h2", {}, "Advance"), found.mode === "real"
      ? h("p", { class: "muted" }, "The real time cannot be advanced: set the clock first.") : advance());
  };
  const setting = settingForm(at("clock"), () => present, show, signal);
  const unshown = h("span");
  const seeding = seedForm(at("seed"), unshown, signal);
  const read = async () => {
    const { seed, clock: found } = await json("GET", at(), { signal });
    show(found);
    const isShown = Number.isSafeInteger(seed);
    showSet(seeding, { seed: isShown ? seed : "" });
    fill(unshown, isShown ? "What ids and draws derive from" : "It is larger than a browser can show");
  };
  const put = (seconds) => json("POST", at("clock", "advance"), { body: { seconds }, signal });
  const advance = () => [
    h("div", { class: "bar" }, STEPS.map(([name, seconds]) => actionButton(`+ ${name}`, async () => show(await put(seconds))))),
    actionForm({ className: "bar", label: "Advance by seconds", work: (data) => put(Number(data.get("seconds"))), done: show },
      field("Seconds", h("input", { name: "seconds", type: "number", min: 0, step: "any", required: true })),
      h("button", { type: "submit" }, "Advance")),
  ];

  fill(root,
    h("h1", { tabindex: -1 }, "Clock and reset"), now,
    h("div", { class: "cards" },
      h("section", { class: "card" }, h("h2", {}, "Set"), setting),
      advancing,
      h("section", { class: "card" }, h("h2", {}, "Seed"), seeding),
      h("section", { class: "card" }, h("h2", {}, "Reset"), reset(at, sandbox))));
  await read();
  repeat(EVERY, signal, read);
}

/** `present()` gives the clock as it is. */
function settingForm(path, present, show, signal) {
  const work = (data) => {
    const body = { mode: data.get("mode") };
    const isReal = body.mode === "real";
    if (data.get("at")) {
      if (isReal) throw new Error("The real clock cannot be set: choose another mode, or leave At empty");
      body.at = data.get("at");
    }
    // What the field shows of the clock before means nothing in the real time; the server refuses what was written for it.
    const auto = Number(data.get("auto"));
    if (isReal ? auto !== 0 && auto !== present().auto_advance_seconds : data.get("auto") !== "") body.auto_advance_seconds = auto;
    if (data.get("scale") !== "") body.retry_after_scale = Number(data.get("scale"));
    return json("PUT", path, { body, signal });
  };
  const done = (found) => {
    show(found);
    notice("The clock is set");
  };
  return actionForm({ label: "Set the clock", work, done },
    field("Mode", choice("mode", [["frozen", "frozen: does not move"], ["offset", "offset: runs on"], ["real", "real"]])),
    field("At", h("input", { name: "at", placeholder: "2026-03-10T12:00:00Z", spellcheck: "false" }), "Empty: what the clock reads"),
    field("Seconds that each request adds", h("input", { name: "auto", type: "number", min: 0, step: "any" }), "Empty: none"),
    field("Retry-After is the wait times", h("input", { name: "scale", type: "number", min: 0, max: 1, step: "any" }), "Empty: it is 1"),
    h("button", { type: "submit" }, "Set the clock"));
}

function seedForm(path, hint, signal) {
  const seed = h("input", { name: "seed", type: "number", step: 1, min: 0, max: Number.MAX_SAFE_INTEGER, required: true });
  const work = (data) => json("PUT", path, { body: { seed: Number(data.get("seed")) }, signal });
  return actionForm({ label: "Set the seed", done: "The seed is set", work }, field("Seed", seed, hint),
    h("button", { type: "submit" }, "Set"));
}

/** A reset takes all away, so it is asked for twice. */
function reset(at, sandbox) {
  const sure = h("input", { type: "checkbox", required: true });
  return actionForm({
    label: "Reset the sandbox",
    work: () => json("POST", at("reset")),
    done: () => {
      notice(`${sandbox} is as if nobody had ever used it`, { forNextView: true });
      go(["sandboxes", sandbox, "journal"]);
    },
  }, h("p", {}, "Takes away sessions, faults, scripts, limits, clock and journal."),
  h("label", {}, sure, " I want that"), h("button", { type: "submit", class: "danger" }, "Reset"));
}

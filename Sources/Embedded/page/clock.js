// The clock, the seed and the reset of a sandbox.

import { control, json } from "./api.js";
import { facts, fill, h } from "./dom.js";
import { repeat } from "./feed.js";
import { dayTime } from "./format.js";
import { actionButton, actionForm, choice, field } from "./forms.js";
import { notice } from "./notice.js";
import { go } from "./route.js";

const EVERY = 1000;
const STEPS = [["1 second", 1], ["1 minute", 60], ["1 hour", 3600], ["1 day", 86400]];

export async function clock({ root, sandbox, signal }) {
  const at = (...rest) => control("sandboxes", sandbox, ...rest);
  const now = h("div");
  const advancing = h("section", { class: "card" });
  let mode = null;
  const show = (found) => {
    fill(now, facts([["Now", h("span", { class: "code big" }, dayTime(found.now))], ["Mode", found.mode],
      ["Each request adds", found.auto_advance_seconds > 0 && `${found.auto_advance_seconds} s`],
      ["Retry-After times", found.retry_after_scale !== null && String(found.retry_after_scale)]], "inline"));
    if (mode === found.mode) return;
    mode = found.mode;
    fill(advancing, h("h2", {}, "Advance"), mode === "real"
      ? h("p", { class: "muted" }, "The real time cannot be advanced: set the clock first.") : advance());
  };
  const read = async () => show(await json("GET", at("clock"), { signal }));
  const put = (seconds) => json("POST", at("clock", "advance"), { body: { seconds }, signal });
  const advance = () => [
    h("div", { class: "bar" }, STEPS.map(([name, seconds]) => actionButton(`+ ${name}`, async () => show(await put(seconds))))),
    actionForm({ className: "bar", label: "Advance by seconds", work: (data) => put(Number(data.get("seconds"))), done: show },
      field("Seconds", h("input", { name: "seconds", type: "number", min: 0, step: "any", required: true })),
      h("button", { type: "submit" }, "Advance")),
  ];

  const { seed, clock: { mode: present } } = await json("GET", at(), { signal });
  fill(root,
    h("h1", { tabindex: -1 }, "Clock and reset"), now,
    h("div", { class: "cards" },
      h("section", { class: "card" }, h("h2", {}, "Set"), settingForm(at("clock"), present, show, signal)),
      advancing,
      h("section", { class: "card" }, h("h2", {}, "Seed"),
        actionForm({ label: "Set the seed", done: "The seed is set",
          work: (data) => json("PUT", at("seed"), { body: { seed: Number(data.get("seed")) }, signal }) },
        field("Seed", h("input", { name: "seed", type: "number", step: 1, min: 0, max: Number.MAX_SAFE_INTEGER, required: true,
          value: Number.isSafeInteger(seed) ? seed : null }),
          Number.isSafeInteger(seed) ? "What ids and draws derive from" : "It is larger than a browser can show"),
        h("button", { type: "submit" }, "Set"))),
      h("section", { class: "card" }, h("h2", {}, "Reset"), reset(at, sandbox))));
  await read();
  repeat(EVERY, signal, read);
}

function settingForm(path, present, show, signal) {
  const work = (data) => {
    const body = { mode: data.get("mode") };
    if (data.get("at")) {
      if (body.mode === "real") throw new Error("The real clock cannot be set: choose another mode, or leave At empty");
      body.at = data.get("at");
    }
    if (data.get("auto") !== "") body.auto_advance_seconds = Number(data.get("auto"));
    if (data.get("scale") !== "") body.retry_after_scale = Number(data.get("scale"));
    return json("PUT", path, { body, signal });
  };
  const done = (found) => {
    show(found);
    notice("The clock is set");
  };
  return actionForm({ label: "Set the clock", work, done },
    field("Mode", choice("mode", [["frozen", "frozen: does not move"], ["offset", "offset: runs on"], ["real", "real"]], present)),
    field("At", h("input", { name: "at", placeholder: "2026-03-10T12:00:00Z", spellcheck: "false" }), "Empty: what the clock reads"),
    field("Seconds that each request adds", h("input", { name: "auto", type: "number", min: 0, step: "any" })),
    field("Retry-After is the wait times", h("input", { name: "scale", type: "number", min: 0, max: 1, step: "any" }), "Empty: it is 1"),
    h("button", { type: "submit" }, "Set the clock"));
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

// Rate limits: what they are, how much of them each key has used, and what came, as a chart.

import { control, json, send, withQuery } from "./api.js";
import { fill, h, refill, said, scrolled, table } from "./dom.js";
import { chart } from "./chart.js";
import { repeat } from "./feed.js";
import { actionButton, actionForm, choice, field, showSet } from "./forms.js";
import { notice } from "./notice.js";
import { used, rows } from "./usage.js";

const EVERY = 2000;
/** Keys that are shown at most. */
const MOST = 50;
const WINDOWS = ["sliding", "fixed", "token_bucket"];
const SCOPES = [["key", "each key for itself"], ["account", "all together"]];
/** What the forms begin with where no limits are set. */
const USUAL = { messages_per_minute: 30, other_per_minute: 60, window: "sliding", scope: "key" };

export async function limits({ root, sandbox, signal }) {
  const at = (...rest) => control("sandboxes", sandbox, "limits", ...rest);
  const parts = { gauges: h("div"), chart: h("div"), report: h("div"), guess: h("div") };
  const read = async () => {
    const [found, { now }, report, csv] = await Promise.all([
      json("GET", at(), { signal }), json("GET", control("sandboxes", sandbox, "clock"), { signal }),
      json("GET", at("report"), { signal }), send("GET", at("report.csv"), { signal }),
    ]);
    const came = rows(csv);
    showSet(setting, found ?? USUAL);
    fill(parts.gauges, gauges(found, used(came, found, Date.parse(now))));
    // The chart and the report hold links and can be scrolled, so they are made anew only where they differ.
    refill(parts.chart, [report, came.length], () => chart(came));
    refill(parts.report, report, () => reportTable(report));
  };
  const setting = settingForm(at(), read, parts.guess, signal);
  const guess = guessForm(at("report"), parts.guess, signal);
  showSet(guess, (await json("GET", at(), { signal })) ?? USUAL);
  fill(root,
    h("h1", { tabindex: -1 }, "Limits"),
    h("div", { class: "cards" },
      h("section", { class: "card" }, h("h2", {}, "Set"), setting),
      h("section", { class: "card" }, h("h2", {}, "Used now"), parts.gauges)),
    h("h2", {}, "What came"), parts.chart, parts.report,
    h("h2", {}, "What other limits would have done"), guess, parts.guess);
  await read();
  repeat(EVERY, signal, read);
}

function fields() {
  const count = (name) => h("input", { name, type: "number", min: 1, step: 1, required: true });
  return [
    field("Messages a minute", count("messages_per_minute")), field("Others a minute", count("other_per_minute")),
    field("Window", choice("window", WINDOWS)), field("Counted", choice("scope", SCOPES)),
  ];
}

function asked(data) {
  return {
    messages_per_minute: Number(data.get("messages_per_minute")), other_per_minute: Number(data.get("other_per_minute")),
    window: data.get("window"), scope: data.get("scope"),
  };
}

function settingForm(path, read, guess, signal) {
  const put = (body) => json("PUT", path, { body, signal });
  const told = (message) => async () => {
    notice(message);
    // The requests are counted anew, so it is about others.
    fill(guess);
    await read();
  };
  return actionForm({ label: "Set the limits", work: (data) => put(asked(data)), done: told("The limits are set, and count anew") },
    h("div", { class: "grid" }, fields()),
    h("div", { class: "bar" }, h("button", { type: "submit" }, "Set"),
      actionButton("Lift both", async () => {
        await put(null);
        await told("There are no limits now")();
      })));
}

function gauges(set, keys) {
  if (set === null) return h("p", { class: "muted" }, "There are no limits.");
  const scope = SCOPES.find(([name]) => name === set.scope)[1];
  const words = h("p", {}, `${set.messages_per_minute} messages and ${set.other_per_minute} others a minute, ${set.window}, ${scope}`);
  if (keys.length === 0) return [words, h("p", { class: "muted" }, "Nothing came in the last minute.")];
  const gauge = (title, count, limit) => h("p", { class: "gauge" },
    h("meter", { min: 0, max: limit, high: limit * 0.8, value: Math.min(count, limit), "aria-label": title }), ` ${title}: ${Math.round(count)} of ${limit}`);
  return [
    words,
    keys.slice(0, MOST).map(({ key, messages, other }) => h("div", {}, h("h3", {}, said(key)),
      gauge("messages", messages, set.messages_per_minute), gauge("others", other, set.other_per_minute))),
    keys.length > MOST && h("p", { class: "muted" }, `and ${keys.length - MOST} more`),
    h("p", { class: "muted" }, "Counted by whole seconds."),
  ];
}

function reportTable(report) {
  const seconds = (value) => (value === null ? "" : value.toFixed(3));
  return [
    !report.complete && h("p", { class: "muted" }, `Single requests are kept since ${report.kept_since}.`),
    scrolled("Rate report", table("By key, since the limits were set", [
      ["Key", (found) => said(found.key)],
      ["Messages", (found) => found.messages.admitted, "number"],
      ["refused", (found) => found.messages.refused, "number"],
      ["Others", (found) => found.other.admitted, "number"],
      ["refused", (found) => found.other.refused, "number"],
      ["Retries", (found) => found.messages.retries.count + found.other.retries.count, "number wide"],
      ["too early", (found) => found.messages.retries.early + found.other.retries.early, "number wide"],
      ["earliest by, s", (found) => seconds(found.messages.retries.earliest_seconds ?? found.other.retries.earliest_seconds), "number wide"],
    ], report.keys.slice(0, MOST))),
  ];
}

function guessForm(path, place, signal) {
  const done = ({ what_if: guess }) => fill(place,
    scrolled("Other limits", table("With the very same requests", [
      ["Key", (found) => said(found.key)],
      ["Messages", (found) => found.messages.admitted, "number"],
      ["refused", (found) => found.messages.refused, "number"],
      ["Others", (found) => found.other.admitted, "number"],
      ["refused", (found) => found.other.refused, "number"],
    ], guess.keys.slice(0, MOST))), h("p", { class: "muted" }, guess.note));
  const work = (data) => {
    fill(place);
    return json("GET", withQuery(path, asked(data)), { signal });
  };
  return actionForm({ label: "Try other limits", work, done },
    h("div", { class: "grid" }, fields()), h("button", { type: "submit" }, "Try"));
}

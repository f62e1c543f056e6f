// Why a turn came out as it did: what decided, and what came near.

import { control, json } from "./api.js";
import { fill, h, said } from "./dom.js";
import { plain, signed } from "./format.js";

const WORDS = {
  fires: "fires", failed: "fails", not_tried: "not tried", over_limit: "too costly to compare", exhausted: "asked as often as it may be",
  only_by_directive: "only by a directive", not_for_events: "not for events",
};

/** A section that reads and shows the explanation of a turn. */
export function why(sandbox, session, turn, signal) {
  const place = h("div", { "aria-busy": "true" }, "…");
  json("GET", control("sandboxes", sandbox, "sessions", session, "turns", turn), { signal })
    .then((found) => fill(place, explanation(found)))
    .catch((error) => error.name === "AbortError" || fill(place, h("p", { class: "muted" }, error.message)))
    .finally(() => place.removeAttribute("aria-busy"));
  return h("section", { class: "part why" }, h("h3", {}, "Why"), place);
}

function explanation(found) {
  const { before, after, score, speech } = found;
  return [
    h("p", {}, h("strong", {}, found.decision ?? (found.follow_up ? "follow-up" : "no decision")), `: ${cause(found.cause)}; `,
      h("span", { class: "code" }, before.state_key === after.state_key ? after.state_key : `${before.state_key} → ${after.state_key}`),
      score.delta === 0 ? `; score ${plain(score.after)}` : `; score ${plain(score.before)} ${signed(score.delta)} = ${plain(score.after)}`,
      found.ending && `; ended ${found.ending.outcome} by ${found.ending.rule}`),
    found.candidates.length > 0 && h("p", { class: "muted" }, "What could have fired, in the order in which it is tried:"),
    h("ol", { class: "candidates" }, found.candidates.map(candidate)),
    h("p", {}, "Said by ", h("span", { class: "code" }, speech.speaker), speech.origin && [", ", place(speech.origin)], ": ",
      speech.said.bubbles.map((bubble) => h("q", {}, said(bubble)))),
    h("details", {}, h("summary", {}, "As text"), h("pre", { class: "body" }, found.lines.join("\n"))),
  ];
}

function candidate(found) {
  return h("li", { class: found.result === "fires" ? "fires" : "" },
    h("span", { class: "result" }, WORDS[found.result] ?? found.result), " ", h("span", { class: "code" }, rule(found)),
    found.reasons.map((reason) => h("div", {}, h("span", { class: "code" }, reason.path), " ", said(reason.text))),
    found.origin && h("div", {}, place(found.origin)));
}

/** A transition or follow-up in short: `greeting → sale pass +5`. */
function rule({ kind, from, to, decision, score_delta: delta }) {
  const way = to ? `${from} → ${to}` : from;
  return [way, kind === "follow_up" ? "follow-up" : decision, delta ? signed(delta) : ""].filter(Boolean).join(" ");
}

function cause(word) {
  return word.replaceAll("_", " ");
}

function place(origin) {
  return h("span", { class: "code muted" }, origin);
}

// A machine in words: its transitions as a table, which says what the graph shows.

import { h, said, scrolled, table } from "./dom.js";
import { short, signed } from "./format.js";

/** The machine of a persona's document, or undefined. */
export function machineOf(document, key) {
  return document?.machines.find((machine) => machine.machine_key === key);
}

/** The table of a machine's transitions. `reached(transition)` adds a column, where it is known what has been reached. */
export function transitionTable(machine, reached) {
  const columns = [
    ["From", (transition) => h("span", { class: "code" }, transition.from_state_key)],
    ["To", (transition) => h("span", { class: "code" }, transition.to_state_key ?? "stays")],
    ["Decision", (transition) => transition.decision_type ?? ""],
    ["Score", (transition) => signed(transition.score_delta ?? 0), "number"],
    ["Priority", (transition) => transition.priority ?? 0, "number wide"],
    ["When", (transition) => said(short(JSON.stringify(transition.when ?? null), 160), "code")],
    ["Says", (transition) => said(short(linesOf(transition.says).join(" / "), 120)), "wide"],
  ];
  if (reached) columns.push(["Reached", (transition) => (reached(transition) ? "yes" : h("span", { class: "warn" }, "no"))]);
  return scrolled(`Transitions of ${machine.machine_key}`,
    table(`Transitions of ${machine.machine_key}`, columns, machine.transitions));
}

/** The table of a machine's states. */
export function stateTable(machine) {
  return scrolled(`States of ${machine.machine_key}`,
    table(`States of ${machine.machine_key}`, [
      ["State", (state) => h("span", { class: "code" }, state.state_key)],
      ["Kind", (state) => (state.is_initial_state ? "begins" : state.is_terminal_state ? "ends" : "")],
      ["Says", (state) => said(short(linesOf(state.says).join(" / "), 200))],
    ], machine.states));
}

function linesOf(says) {
  return (Array.isArray(says) ? says : says ? [says] : []).map((line) =>
    (typeof line === "string" ? line : Array.isArray(line) ? line.join(" ") : JSON.stringify(line)));
}

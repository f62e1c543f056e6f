// A machine in words: its transitions as a table, which says what the graph shows.

import { h, said, scrolled, table } from "./dom.js";
import { short, signed } from "./format.js";

/** Rows of a table at most. */
const MOST = 300;

/**
 * The machines of a persona's document. The document has a transition from any state once for each state that goes on; here it
 * is one from `*` again.
 */
export function machinesOf(document) {
  return document.machines.map((machine) => {
    const goesOn = machine.states.filter((state) => !state.is_terminal_state).map((state) => state.state_key);
    const groups = new Map();
    for (const { from_state_key: from, ...rest } of machine.transitions) {
      const name = JSON.stringify(rest);
      groups.set(name, [...(groups.get(name) ?? []), from]);
    }
    const isOfAll = (froms) => goesOn.length > 1 && goesOn.every((state) => froms.includes(state));
    const transitions = [...groups].flatMap(([name, froms]) =>
      (isOfAll(froms) ? ["*"] : froms).map((from) => ({ from_state_key: from, ...JSON.parse(name) })));
    return { ...machine, transitions };
  });
}

/** The machine of that key, or undefined. */
export function machineOf(document, key) {
  return machinesOf(document).find((machine) => machine.machine_key === key);
}

/** The table of a machine's transitions. `reached(transition)` adds a column, where it is known what has been reached. */
export function transitionTable(machine, reached) {
  const columns = [
    ["From", (transition) => h("span", { class: "code" }, transition.from_state_key)],
    ["To", (transition) => h("span", { class: "code" }, transition.to_state_key ?? (transition.decision_type === "kick_out" ? "ends" : "stays"))],
    ["Decision", (transition) => transition.decision_type ?? ""],
    ["Score", (transition) => signed(transition.score_delta ?? 0), "number"],
    ["Priority", (transition) => transition.priority ?? 0, "number wide"],
    ["When", (transition) => said(short(JSON.stringify(transition.when ?? null), 160), "code")],
    ["Says", (transition) => said(short(linesOf(transition.says).join(" / "), 120)), "wide"],
  ];
  if (reached) columns.push(["Reached", (transition) => (reached(transition) ? "yes" : h("span", { class: "warn" }, "no"))]);
  const found = table(captionOf("Transitions", machine.transitions, machine), columns, machine.transitions.slice(0, MOST));
  found.classList.add("stacked");
  return scrolled(`Transitions of ${machine.machine_key}`, found);
}

/** The table of a machine's states. */
export function stateTable(machine) {
  return scrolled(`States of ${machine.machine_key}`,
    table(captionOf("States", machine.states, machine), [
      ["State", (state) => h("span", { class: "code" }, state.state_key)],
      ["Kind", (state) => (state.is_initial_state ? "begins" : state.is_terminal_state ? "ends" : "")],
      ["Says", (state) => said(short(linesOf(state.says).join(" / "), 200))],
    ], machine.states.slice(0, MOST)));
}

function captionOf(what, items, machine) {
  return `${what} of ${machine.machine_key}${items.length > MOST ? `, the first ${MOST} of ${items.length}` : ""}`;
}

function linesOf(says) {
  return (Array.isArray(says) ? says : says ? [says] : []).map((line) =>
    (typeof line === "string" ? line : Array.isArray(line) ? line.join(" ") : JSON.stringify(line)));
}

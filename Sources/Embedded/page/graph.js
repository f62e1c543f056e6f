// A machine as a graph: states are boxes, transitions are arrows. Dagre finds the places; this draws them.

import { h, svg } from "./dom.js";
import { signed } from "./format.js";

/** A larger machine takes too long to lay out; its table says the same. */
const MOST_STATES = 150;
const MOST_EDGES = 600;
const LETTER = 7.4;
const LINE = 16;
const LONGEST = 26;
const MOST_LABELS = 3;

/**
 * Draws a machine.
 * `marks.current` is the state where the session is; `marks.way` has the turns that took a way, by `from\nto`;
 * `marks.seen(state)` and `marks.reached(transition)` say what has been reached at all, if that is known.
 */
export function graph(machine, marks = {}) {
  const edges = grouped(machine);
  if (machine.states.length > MOST_STATES || edges.length > MOST_EDGES) {
    return h("p", { class: "muted" }, `The machine has ${machine.states.length} states, too many to draw. The table below has all.`);
  }
  const drawing = laidOut(machine, edges, marks);
  const { width, height } = drawing.graph();
  const label = `Graph of ${machine.machine_key}: ${machine.states.length} states${marks.current ? `, in ${marks.current}` : ""}. The table of transitions says the same.`;
  const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    drawing.edges().map((edge) => arrow(drawing.edge(edge))),
    drawing.nodes().map((name) => box(drawing.node(name))));
  return h("div", { class: "graph scroll", tabindex: 0, role: "region", "aria-label": `Graph of ${machine.machine_key}` }, picture);
}

/** The transitions between two states are one arrow with several labels. Those that lead nowhere else are not drawn. */
export function grouped(machine) {
  const found = new Map();
  for (const transition of machine.transitions) {
    const { from_state_key: from, to_state_key: to } = transition;
    if (!to || to === from) continue;
    const name = `${from}\n${to}`;
    if (!found.has(name)) found.set(name, { from, to, transitions: [] });
    found.get(name).transitions.push(transition);
  }
  return [...found.values()];
}

function laidOut(machine, edges, marks) {
  const drawing = new window.dagre.graphlib.Graph();
  drawing.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 34, edgesep: 14, marginx: 8, marginy: 8 });
  drawing.setDefaultEdgeLabel(() => ({}));
  const states = machine.states.map((state) => ({ ...state, lines: boxLines(state) }));
  if (edges.some((edge) => edge.from === "*")) states.push({ state_key: "*", lines: ["any state"], isAny: true });
  for (const state of states) {
    const width = Math.max(...state.lines.map((line) => line.length)) * LETTER + 24;
    drawing.setNode(state.state_key, {
      state, width, height: state.lines.length * LINE + 14, isCurrent: state.state_key === marks.current,
      isSeen: marks.seen ? marks.seen(state.state_key) : true,
    });
  }
  for (const edge of edges) {
    const turns = marks.way?.get(`${edge.from}\n${edge.to}`) ?? [];
    const lines = arrowLines(edge, turns);
    drawing.setEdge(edge.from, edge.to, {
      lines, turns, isReached: marks.reached ? edge.transitions.some(marks.reached) : true, labelpos: "c",
      width: Math.max(...lines.map((line) => line.length)) * (LETTER - 0.6) + 8, height: lines.length * (LINE - 2) + 4,
    });
  }
  // The way can have steps that no transition of the graph stands for: jumps, and moves from "any state".
  for (const [name, turns] of marks.way ?? []) {
    const [from, to] = name.split("\n");
    if (from === to || drawing.hasEdge(from, to) || !drawing.hasNode(from) || !drawing.hasNode(to)) continue;
    const lines = [turnsText(turns)];
    drawing.setEdge(from, to, { lines, turns, isReached: true, isJump: true, labelpos: "c", width: lines[0].length * LETTER, height: LINE });
  }
  window.dagre.layout(drawing);
  return drawing;
}

function boxLines(state) {
  const kind = state.is_initial_state ? "begins" : state.is_terminal_state ? `ends${state.outcome ? ` ${state.outcome}` : ""}` : "";
  return [cut(state.state_key), kind].filter(Boolean);
}

function arrowLines(edge, turns) {
  const labels = edge.transitions.slice(0, MOST_LABELS).map((transition) =>
    `${transition.decision_type ?? ""} ${transition.score_delta ? signed(transition.score_delta) : ""}`.trim());
  if (edge.transitions.length > MOST_LABELS) labels.push(`and ${edge.transitions.length - MOST_LABELS} more`);
  if (turns.length) labels.push(turnsText(turns));
  return labels;
}

function turnsText(turns) {
  return cut(`${turns.length > 1 ? "turns" : "turn"} ${turns.join(", ")}`);
}

function cut(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function box({ state, x, y, width, height, isCurrent, isSeen }) {
  const kind = ["box", state.is_initial_state && "begins", state.is_terminal_state && "ends", state.isAny && "any",
    isCurrent && "current", !isSeen && "unseen-part"].filter(Boolean).join(" ");
  const rounded = state.is_terminal_state ? height / 2 : 5;
  return svg("g", { class: kind, transform: `translate(${x} ${y})` },
    svg("title", {}, `${state.state_key}${isCurrent ? ": the session is here" : ""}${isSeen ? "" : ": not reached"}`),
    svg("rect", { x: -width / 2, y: -height / 2, width, height, rx: rounded }),
    texts(state.lines, LINE));
}

function arrow({ points, lines, turns, x, y, width, height, isReached, isJump }) {
  const kind = ["arrow", turns.length && "taken", isJump && "jump", !isReached && "unseen-part"].filter(Boolean).join(" ");
  const end = points.at(-1);
  const before = points.at(-2);
  const angle = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
  return svg("g", { class: kind },
    svg("path", { d: curve(points) }),
    svg("path", { class: "head", d: "M0 0L-9 -4.5L-9 4.5Z", transform: `translate(${end.x} ${end.y}) rotate(${angle})` }),
    svg("g", { transform: `translate(${x} ${y})` },
      svg("rect", { class: "behind", x: -width / 2, y: -height / 2, width, height }), texts(lines, LINE - 2)));
}

/** A curve through the points: straight at both ends, and bent at those between. */
function curve(points) {
  const middle = (a, b) => `${(a.x + b.x) / 2} ${(a.y + b.y) / 2}`;
  const [first, ...rest] = points;
  const last = rest.at(-1);
  const bends = rest.slice(0, -1).map((point, number) => `Q${point.x} ${point.y} ${middle(point, rest[number + 1])}`);
  return `M${first.x} ${first.y}${bends.length ? `L${middle(first, rest[0])}` : ""}${bends.join("")}L${last.x} ${last.y}`;
}

function texts(lines, step) {
  return lines.map((line, number) =>
    svg("text", { y: (number - (lines.length - 1) / 2) * step, "text-anchor": "middle", "dominant-baseline": "central",
      class: number === 0 ? "" : "small" }, line));
}

// A machine as a graph: states are boxes, transitions are arrows. A worker finds the places; this draws them.

import { fill, h, svg } from "./dom.js";
import { signed } from "./format.js";

/** A layout that takes longer is given up; the machine's table says the same as the graph. */
const PATIENCE = 10000;
const LETTER = 7.4;
const LINE = 16;
const LONGEST = 26;
const MOST_LABELS = 3;
/** The height of the place for a graph at most, in pixels of CSS; the style sheet has it too. */
const MOST_HEIGHT = 560;
/** How much a press on a button makes the graph larger. */
const STEP = 1.25;

/** How large each machine's graph is shown, by the machine's id: a graph that is drawn again stays as large. */
const zooms = new Map();

/**
 * Draws a machine; the picture comes when its layout is found.
 * `marks.current` is the state where the session is; `marks.way` has the turns that took a way, by `from\nto`;
 * `marks.seen(state)` and `marks.reached(transition)` say what has been reached at all, if that is known.
 */
export function graph(machine, marks = {}) {
  const place = h("div", { class: "graph scroll", tabindex: 0, role: "region", "aria-label": `Graph of ${machine.machine_key}`, "aria-busy": "true" });
  const nodes = boxes(machine, marks);
  const edges = arrows(machine, marks, new Set(nodes.map((node) => node.name)));
  const told = (...content) => {
    place.removeAttribute("aria-busy");
    fill(place, content);
  };
  const bar = h("div", { class: "bar" });
  layout({ nodes: nodes.map(sized), edges: edges.map(sized) }, (found) => {
    if (!found) return told(h("p", { class: "muted" }, `The machine was not laid out within ${PATIENCE / 1000} s. The table has its transitions.`));
    const label = `Graph of ${machine.machine_key}: ${machine.states.length} states${marks.current ? `, in ${marks.current}` : ""}. The table of transitions says the same.`;
    const { width, height } = found;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
      edges.map((edge, number) => arrow({ ...edge, ...found.edges[number] })),
      nodes.map((node, number) => box({ ...node, ...found.nodes[number] })));
    told(picture);
    const middle = nodes.findIndex((node) => (marks.current ? node.isCurrent : node.state.is_initial_state));
    const zoom = (factor) => {
      zooms.set(machine.id, factor);
      picture.setAttribute("width", width * factor);
      picture.setAttribute("height", height * factor);
      if (middle < 0) return;
      const { x, y } = found.nodes[middle];
      place.scrollTo(x * factor - place.clientWidth / 2, y * factor - place.clientHeight / 2);
    };
    const now = () => zooms.get(machine.id) ?? 1;
    const fitting = () => Math.min(1, place.clientWidth / width, MOST_HEIGHT / height);
    const button = (text, name, factor) => h("button", { type: "button", "aria-label": name, onclick: () => zoom(factor()) }, text);
    fill(bar, button("−", "Smaller", () => now() / STEP), button("+", "Larger", () => now() * STEP), button("Fit", "Fit the graph in", fitting));
    zoom(now());
  });
  return h("div", {}, bar, place);
}

/** Calls `done` with the places of the boxes and arrows, or with nothing where they take too long. */
function layout(content, done) {
  const worker = new Worker("layout.js");
  const end = (found) => {
    clearTimeout(timer);
    worker.terminate();
    done(found);
  };
  const timer = setTimeout(end, PATIENCE);
  worker.addEventListener("message", (event) => end(event.data));
  worker.addEventListener("error", () => end());
  worker.postMessage(content);
}

/** What a layout has to know of a box or an arrow. */
function sized({ name, from, to, width, height }) {
  return { name, from, to, width, height };
}

function boxes(machine, marks) {
  const states = machine.states.map((state) => ({ ...state, lines: boxLines(state) }));
  if (grouped(machine).some((edge) => edge.from === "*")) states.push({ state_key: "*", lines: ["any state"], isAny: true });
  return states.map((state) => ({
    name: state.state_key, state, isCurrent: state.state_key === marks.current,
    isSeen: marks.seen ? marks.seen(state.state_key) : true,
    width: Math.max(...state.lines.map((line) => line.length)) * LETTER + 24, height: state.lines.length * LINE + 14,
  }));
}

function arrows(machine, marks, names) {
  const found = grouped(machine).map((edge) => {
    const turns = marks.way?.get(`${edge.from}\n${edge.to}`) ?? [];
    const isReached = marks.reached ? edge.transitions.some(marks.reached) : true;
    return labelled({ from: edge.from, to: edge.to, turns, isReached }, arrowLines(edge, turns));
  });
  // Jumps, and moves from any state, have no transition between these two states.
  const known = new Set(found.map((edge) => `${edge.from}\n${edge.to}`));
  for (const [name, turns] of marks.way ?? []) {
    const [from, to] = name.split("\n");
    if (known.has(name) || !names.has(from) || !names.has(to)) continue;
    found.push(labelled({ from, to, turns, isReached: true, isJump: true }, [turnsText(turns)]));
  }
  return found.filter((edge) => names.has(edge.from) && names.has(edge.to));
}

function labelled(edge, lines) {
  const width = Math.max(...lines.map((line) => line.length)) * (LETTER - 0.6) + 8;
  return { ...edge, lines, width, height: lines.length * (LINE - 2) + 4 };
}

/** The transitions between two states are one arrow with several labels. Those that lead nowhere else are not drawn. */
function grouped(machine) {
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

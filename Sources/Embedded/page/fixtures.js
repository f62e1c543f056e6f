// The personas of a sandbox, their machines, and what conversations have reached of them.

import { control, json } from "./api.js";
import { fill, facts, h, refill, said, scrolled, straight, table } from "./dom.js";
import { repeat } from "./feed.js";
import { counted, dayTime, plain, short } from "./format.js";
import { graph } from "./graph.js";
import { machinesOf, stateTable, transitionTable } from "./machine.js";
import { link } from "./route.js";

/** Parts that are listed at most as not reached. */
const MOST = 200;
const EVERY = 2000;
/** How long coverage may take: the server plays all histories again. */
const LONG = 120_000;
const KINDS = [["states", "States"], ["transitions", "Transitions"], ["alternatives", "Alternatives"], ["follow_ups", "Follow-ups"], ["lines", "Lines"]];

/** The list of personas, with the coverage of their machines. */
export async function fixtures({ root, sandbox, signal }) {
  const here = (slug, machine) => link(["sandboxes", sandbox, "fixtures", slug], { machine });
  const people = [
    ["Persona", (found) => h("a", { href: here(found.slug) }, found.slug)],
    ["Name", (found) => said(found.name)],
    ["Id", (found) => h("span", { class: "code" }, found.id), "wide"],
    ["From", (found) => (found.own ? "this sandbox" : "fixtures")],
  ];
  const machines = [
    ["Machine", (file) => h("a", { href: here(file.persona, file.machine) }, `${file.persona}, ${file.machine ?? "lines of its own"}`)],
    ...KINDS.map(([name, title]) => [title, (file) => `${file[name].reached}/${file[name].all}`, name === "states" ? "number" : "number wide"]),
    ["Not reached", (file) => file.unreached.length, "number"],
  ];
  const parts = { loads: h("div"), personas: h("div"), coverage: h("div") };
  fill(root, h("h1", { tabindex: -1 }, "Fixtures"), parts.loads, parts.personas, h("h2", {}, "Coverage"), parts.coverage);
  await watched(sandbox, signal, async (loads) => {
    const [{ personas }, coverage] = await Promise.all([
      json("GET", control("sandboxes", sandbox, "personas"), { signal }),
      json("GET", control("sandboxes", sandbox, "coverage"), { signal, patience: LONG }),
    ]);
    refill(parts.loads, loads, () => [facts([
      ["Loaded from", loads.source ?? "the program: they are built in"], ["Loaded at", dayTime(loads.loaded_at)],
      ["Warnings", loads.warnings.length === 0 && "none"]], "inline"), mistakes(loads)]);
    refill(parts.personas, personas, () => scrolled("Personas", table("Personas, in the order in which players see them", people, personas)));
    refill(parts.coverage, coverage, () => [
      gauge(coverage.total, "What the sandbox's sessions have reached of all machines"),
      scrolled("Coverage", table("Reached parts of all parts, by machine", machines, coverage.files)),
    ]);
  });
}

/** Calls `read(loads)` now, and again when fixtures were loaded, or requests came to the sandbox. */
async function watched(sandbox, signal, read) {
  let seen = "";
  let took = 0;
  const look = async () => {
    const [loads, { journal }] = await Promise.all([
      json("GET", control("fixtures"), { signal }), json("GET", control("sandboxes", sandbox), { signal }),
    ]);
    const now = JSON.stringify([loads, journal.requests]);
    if (now === seen) return;
    const began = performance.now();
    await read(loads);
    took = performance.now() - began;
    seen = now;
  };
  await look();
  // The server plays all histories again to count coverage, which takes a while where there are many.
  repeat(EVERY, signal, look, () => Math.ceil((10 * took) / EVERY) || 1);
}

/** What the load of the fixtures warned of, and what a later one found wrong. */
function mistakes({ warnings, failure }) {
  const lines = (texts) => h("pre", { class: "body", tabindex: 0, role: "region", "aria-label": "Diagnostics" }, texts.join("\n"));
  return [
    warnings.length > 0 && h("details", {}, h("summary", {}, counted(warnings.length, "warning")), lines(warnings)),
    failure && h("section", { class: "card" },
      h("h2", { class: "bad" }, `Not loaded again at ${dayTime(failure.at)}: those from before are served`), lines(failure.mistakes)),
  ];
}

/** One persona: a machine of it as a graph with what has been reached, and its tables. */
export async function persona({ root, query, sandbox, persona: slug, signal }) {
  const state = { query, document: null, coverage: null };
  const parts = {
    about: h("div"), loads: h("div"), tabs: h("nav", { class: "bar", "aria-label": "Machines" }), machine: h("div"),
  };
  const show = () => {
    const { persona: found } = state.document;
    const machines = machinesOf(state.document);
    const asked = state.query.machine;
    const machine = machines.find((one) => one.machine_key === asked) ?? (asked === undefined ? machines[0] : null);
    refill(parts.about, found, () => [
      h("h1", { tabindex: -1 }, said(found.name)),
      h("p", {}, said(found.description ?? "")),
      facts([["Slug", slug], ["Id", found.id], ["Owner", found.owner], ["Published", found.is_published ? "yes" : "no"]], "inline"),
      h("p", {}, h("a", { class: "button", href: link(["sandboxes", sandbox, "chat"], { persona: slug }) }, "Chat")),
    ]);
    refill(parts.tabs, [machines.map((one) => one.machine_key), asked], () => machines.map((one) => h("a", {
      class: "button", href: link(["sandboxes", sandbox, "fixtures", slug], { machine: one.machine_key }),
      "aria-current": one === machine ? "true" : null,
    }, one.machine_key)));
    const file = state.coverage.files.find((one) => one.persona === slug && one.machine === machine?.machine_key);
    refill(parts.machine, [asked, machine, file], () => (machine ? shown(machine, file)
      : h("p", { class: "error", role: "alert" }, `${slug} has no machine "${straight(short(asked, 60))}"`)));
  };
  fill(root, parts.about, parts.loads, parts.tabs, parts.machine);
  await watched(sandbox, signal, async (loads) => {
    [state.document, state.coverage] = await Promise.all([
      json("GET", control("sandboxes", sandbox, "personas", slug), { signal }),
      json("GET", control("sandboxes", sandbox, "coverage"), { signal, patience: LONG }),
    ]);
    refill(parts.loads, loads, () => mistakes({ ...loads, warnings: [] }));
    show();
  });
  return (next) => {
    state.query = next;
    show();
    parts.tabs.querySelector("[aria-current]")?.focus();
  };
}

function shown(machine, file) {
  const marks = file ? reachedBy(machine, file) : {};
  return [
    h("h2", {}, machine.machine_key, machine.name && [": ", said(machine.name)]),
    machine.description && h("p", {}, said(machine.description)),
    facts([["Scoring", machine.scoring_mode], ["Pass threshold", machine.pass_threshold],
      ["Early fail bound", plain(machine.early_fail_bound ?? "")],
      ["File", file && h("span", { class: "code" }, file.file)]], "inline"),
    h("div", { class: "columns halves" },
      graph(machine, marks),
      file ? reachedList(file) : h("p", { class: "muted" }, "The machine is not from a file, so its coverage is not counted.")),
    transitionTable(machine, marks.reached), stateTable(machine),
  ];
}

/**
 * What has been reached, by the labels of the report. Transitions with the same label count as reached when one of them is,
 * because the report has nothing else to distinguish them by.
 */
function reachedBy(machine, file) {
  const missing = new Map();
  for (const part of file.unreached) {
    if (part.kind === "transition" || part.kind === "state") missing.set(part.label, (missing.get(part.label) ?? 0) + 1);
  }
  const labels = machine.transitions.map(label);
  return {
    seen: (state) => !missing.has(`state ${state}`),
    reached: (transition) => {
      const name = label(transition);
      return (missing.get(name) ?? 0) < labels.filter((other) => other === name).length;
    },
  };
}

function label({ from_state_key: from, to_state_key: to, decision_type: decision }) {
  return [to ? `${from} → ${to}` : from, decision].filter(Boolean).join(" ");
}

function reachedList(file) {
  const items = file.unreached.slice(0, MOST).map((part) =>
    h("li", {}, said(part.label, "code"), " ", h("span", { class: "muted code" }, `line ${part.line}`)));
  const more = file.unreached.length - MOST;
  return h("section", {}, h("h3", {}, "Coverage"),
    KINDS.filter(([name]) => file[name].all > 0).map(([name, title]) => gauge(file[name], title)),
    file.unreached.length > 0 && [
      h("h3", {}, `Not reached: ${counted(file.unreached.length, "part")}`),
      h("ul", { class: "missing", tabindex: 0, "aria-label": "Not reached" }, items, more > 0 && h("li", {}, `and ${more} more`)),
    ]);
}

function gauge({ reached, all, percent }, title) {
  return h("p", { class: "gauge" }, h("meter", { min: 0, max: Math.max(all, 1), value: reached, "aria-label": title }),
    ` ${title}: ${reached} of ${all}, ${percent} %`);
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";

import * as imported from "foilmock";

import { PROGRAM } from "./support.js";

const require = createRequire(import.meta.url);
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const TYPES = read("index.d.cts");

const server = await imported.startFoilmock();
after(() => server.stop());

/** The members that an interface or class of the types declares; those without a name (`[member: …`) are left out. */
function declared(name) {
  const body = TYPES.match(new RegExp(`export (?:interface|class) ${name}\\b[^{]*\\{\\n(.*?)^\\}`, "ms"));
  assert.ok(body, `index.d.cts has no ${name}`);
  return [...body[1].matchAll(/^ {2}(?:readonly )?(\w+|\[Symbol\.\w+\])[?(:<]/gm)].map((found) => found[1]).sort();
}

/** The members that an object has. */
function members(object) {
  const names = new Set(Object.keys(object));
  for (const key of Reflect.ownKeys(Object.getPrototypeOf(object))) {
    names.add(key === Symbol.asyncDispose ? "[Symbol.asyncDispose]" : key);
  }
  names.delete("constructor");
  return [...names].sort();
}

test("import and require give the same", () => {
  const required = require("foilmock");
  assert.deepEqual(Object.keys(imported).sort(), ["ControlError", "startFoilmock"]);
  for (const name of Object.keys(imported)) assert.equal(required[name], imported[name], name);
  assert.equal(typeof require("foilmock/global-setup"), "function");
});

test("nothing else of the package can be imported", async () => {
  await assert.rejects(import("foilmock/lib/server.cjs"), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });
});

test("the types declare what there is at run time, and no more", () => {
  const exported = [...TYPES.matchAll(/^export (?:function|class) (\w+)/gm)].map((found) => found[1]);
  assert.deepEqual(exported.sort(), Object.keys(imported).sort());
  const sandbox = server.sandbox("pk_test_types");
  const disposing = Symbol.asyncDispose ? [] : ["[Symbol.asyncDispose]"];
  assert.deepEqual([...members(server), ...disposing].sort(), declared("Server"));
  assert.deepEqual(members(sandbox), declared("Sandbox"));
  assert.deepEqual(members(sandbox.clock), declared("Clock"));
});

// By name of the type: the schema of the OpenAPI document, and what of it the type leaves to `[member: …]`.
for (const [type, schema, ...more] of [
  ["State", "ControlSandbox"],
  ["Session", "ControlSession"],
  ["Entry", "ControlEntry"],
  ["EntryRequest", "ControlEntryRequest"],
  ["EntryResponse", "ControlEntryResponse"],
  ["RequestMatch", "ControlMatch"],
  ["Fault", "ControlFault"],
  ["FaultOrder", "ControlFaultOrder", "kind"],
  ["Script", "ControlScriptInput"],
  ["ScriptState", "ControlScript"],
]) {
  test(`the type ${type} has the members of ${schema}`, async () => {
    const { components } = await openapi();
    const wanted = Object.keys(components.schemas[schema].properties).filter((name) => !more.includes(name));
    assert.deepEqual(declared(type), wanted.sort());
  });
}

test("the types have the members of limits, matches, steps and clocks, and the kinds of faults", async () => {
  const { schemas } = (await openapi()).components;
  const names = (schema, ...without) => Object.keys(schema.properties).filter((name) => !without.includes(name)).sort();
  assert.deepEqual(declared("Limits"), names(schemas.ControlLimitsSetting.oneOf[0]));
  assert.deepEqual([...declared("RequestMatch"), ...declared("Match")].sort(), names(schemas.ControlEntryMatch));
  assert.deepEqual(declared("StepState"), names(schemas.ControlScript.properties.steps.items));
  assert.deepEqual(declared("Step"), declared("StepState"));
  assert.deepEqual(declared("ClockSettings"), names(schemas.ControlClockSetting.oneOf[1], "mode", "at"));
  const kinds = [...TYPES.match(/type FaultKind =(.*?);/s)[1].matchAll(/"(\w+)"/g)].map((found) => found[1]);
  assert.deepEqual(kinds, schemas.ControlFaultOrder.properties.kind.enum);
});

test("the version is that of the program", () => {
  const said = execFileSync(PROGRAM, ["--version"], { encoding: "utf8" });
  assert.equal(JSON.parse(read("package.json")).version, said.split(" ")[1]);
});

test("the README has the example that the tests run", () => {
  const readme = read("README.md");
  for (const path of ["example/barista.test.js", "example/jest/barista.test.js"]) {
    assert.ok(readme.includes(`\`\`\`js\n${read(path)}\`\`\``), `README.md does not have ${path}`);
  }
});

async function openapi() {
  return (await fetch(`${server.controlUrl}/openapi.json`)).json();
}

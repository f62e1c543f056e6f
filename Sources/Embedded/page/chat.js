// A box to play in: any persona as any player of the sandbox, by the API that clients use.

import { control, json, request, withQuery } from "./api.js";
import { add, fill, h, said, straight } from "./dom.js";
import { signed } from "./format.js";
import { actionButton, actionForm, choice, field, options } from "./forms.js";
import { link } from "./route.js";

/** Lines that are in the page at most. */
const MOST_LINES = 200;
const ANY = ["", "the entry, or where the player is"];

export async function chat({ root, query, sandbox, signal }) {
  const { personas } = await json("GET", control("sandboxes", sandbox, "personas"), { signal });
  // `isWanted`: the player was asked to play, so a conversation may begin; an address alone begins none.
  const state = { key: await mint(sandbox, signal), persona: null, query, isWanted: false };
  const box = h("section", { class: "card chat", "aria-label": "Conversation" });
  const who = h("input", { name: "player", required: true, maxlength: 1000, value: query.player ?? "player-001" });
  const machine = choice("machine", [ANY]);
  const persona = choice("persona", personas.map((found) => [found.slug, found.name]), query.persona ?? personas[0]?.slug);
  const machines = async () => {
    const found = await json("GET", control("sandboxes", sandbox, "personas", persona.value), { signal });
    const named = found.machines.map((one) => [one.id, `${one.machine_key}${one.name ? `, ${one.name}` : ""}`]);
    fill(machine, options([ANY, ...named], state.query.machine));
  };
  persona.addEventListener("change", () => machines());

  fill(root, h("h1", { tabindex: -1 }, "Chat"));
  if (personas.length === 0) return add(root, h("p", {}, "The sandbox has no personas.")) && undefined;
  await machines();
  add(root,
    actionForm({
      className: "bar", label: "Who plays",
      work: async (data) => {
        const asked = link(["sandboxes", sandbox, "chat"], Object.fromEntries(data));
        state.isWanted = true;
        if (asked === location.hash) await open();
        else location.hash = asked;
      },
    }, field("Persona", persona), field("Player", who), field("Machine", machine), h("button", { type: "submit" }, "Play")),
    box);
  const open = async () => {
    const { persona: slug, player } = state.query;
    state.persona = personas.find((found) => found.slug === slug)?.id;
    if (slug && !state.persona) return fill(box, h("p", { class: "error", role: "alert" }, `There is no persona "${straight(slug)}".`));
    if (!state.persona || !player) return fill(box, h("p", { class: "muted empty" }, "Choose who plays whom."));
    await conversation(box, sandbox, state, signal).catch((error) => {
      if (error.name !== "AbortError") add(box, h("p", { class: "error", role: "alert" }, error.message));
    });
    state.isWanted = false;
  };
  await open();
  return async (next) => {
    state.query = next;
    if (next.persona !== persona.value && personas.some((found) => found.slug === next.persona)) {
      persona.value = next.persona;
      await machines();
    }
    if (next.player) who.value = next.player;
    machine.value = next.machine ?? "";
    await open();
  };
}

/** A key that acts in the sandbox; the server forgets it after a while. */
async function mint(sandbox, signal) {
  return (await json("POST", control("sandboxes", sandbox, "keys"), { signal })).key;
}

/** Shows what was said before, or begins; then the player can speak. */
async function conversation(box, sandbox, state, signal) {
  const { player, machine } = state.query;
  const log = h("div", { class: "log", role: "log", "aria-label": "What was said", tabindex: 0 });
  const where = h("p", { class: "muted" });
  const say = h("input", { name: "message", required: true, autocomplete: "off", maxlength: 10000 });
  const call = async (method, path, { body, query = {} } = {}) => {
    const url = withQuery(`../api/v1/sdk/chat/${encodeURIComponent(state.persona)}/${path}`, { machine_id: machine, ...query });
    const ask = async () => (await request(method, url, { body, signal, headers: { "X-API-Key": state.key } })).json();
    return ask().catch(async (error) => {
      if (error.status !== 401) throw error;
      state.key = await mint(sandbox, signal);
      return ask();
    });
  };
  const line = (className, speaker, text, more) => {
    add(log, h("div", { class: className }, h("span", { class: "speaker" }, speaker), said(text), more && h("div", { class: "muted" }, more)));
    while (log.children.length > MOST_LINES) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  };
  const stand = (found) => fill(where,
    `${found.current_state ?? ""} · score ${found.score ?? 0}${found.outcome ? ` · ended: ${found.outcome}` : ""} · `,
    found.session_id && h("a", { href: link(["sandboxes", sandbox, "sessions", found.session_id]) }, "History, graph and reasons"));
  const begin = async () => {
    fill(log);
    const found = await call("POST", "init-session", { body: { user_session_id: player, player_name: [...player].slice(0, 100).join(""), player_gender: "non-binary" } });
    line("reply", found.persona_name, found.message);
    stand(await call("GET", "session", { query: { user_session_id: player } }));
  };
  const send = async (data) => {
    const text = data.get("message");
    const found = await call("POST", "message", { body: { user_session_id: player, message: text } });
    line("line", player, text);
    line("reply", "", found.message, told(found));
    stand(found);
    say.value = "";
    say.focus();
  };

  fill(box, where, log,
    actionForm({ className: "bar say", label: "Say something", work: send }, field("Say", say), h("button", { type: "submit" }, "Say"),
      actionButton("Begin anew", begin)));
  if (!(await hasSession(call, player, machine))) {
    if (state.isWanted) return begin();
    return fill(log, h("p", { class: "muted empty" }, "The player has no conversation yet. Play begins one."));
  }
  const found = await call("GET", "session", { query: { user_session_id: player } });
  const { messages } = await call("GET", "history", { query: { user_session_id: player } });
  for (const message of messages.slice(-MOST_LINES)) line(message.role === "user" ? "line" : "reply", "", message.content);
  stand(found);
}

/** Whether the player has a session, on that machine if one is chosen. */
async function hasSession(call, player, machine) {
  const machines = await call("GET", "machines", { query: { user_session_id: player, machine_id: null } });
  return machines.some((found) => (!machine || found.machine_id === machine) && (found.has_session || found.session_outcome !== null));
}

function told(found) {
  const unlocked = (found.unlocked_machines ?? []).map((machine) => machine.machine_key);
  return [found.decision ?? (found.follow_up ? "follow-up" : ""), `→ ${found.current_state}`, `score ${signed(found.score ?? 0)}`,
    unlocked.length > 0 && `unlocked ${unlocked.join(", ")}`].filter(Boolean).join(" · ");
}

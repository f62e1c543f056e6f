// A box to play in: any persona as any player of the sandbox, by the API that clients use.

import { control, json, request, withQuery } from "./api.js";
import { add, fill, h, said, straight } from "./dom.js";
import { repeat } from "./feed.js";
import { plain, short, signed } from "./format.js";
import { actionButton, actionForm, choice, field, options } from "./forms.js";
import { notice } from "./notice.js";
import { link } from "./route.js";

/** After so many milliseconds without an answer the page says that it waits: a fault may delay it for minutes. */
const SLOW = 10_000;
/** Lines that are in the page at most. */
const MOST_LINES = 200;
const EVERY = 1500;
const MODEL_KEY = "X-LLM-API-Key";
const ANY = ["", "the entry, or where the player is"];

export async function chat({ root, query, sandbox, signal }) {
  const { personas } = await json("GET", control("sandboxes", sandbox, "personas"), { signal });
  // `isWanted`: the player was asked to play, so a conversation may begin; an address alone begins none.
  // `talk`: the conversation that is shown. `model`: the field with a key for a language model.
  const state = { key: await mint(sandbox, signal), model: null, persona: null, query, isWanted: false, talk: null };
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
        if (asked === location.hash && state.talk?.isEmpty() && !(await hasSession(sandbox, state, signal))) return state.talk.begin();
        state.isWanted = true;
        if (asked === location.hash) await open();
        else location.hash = asked;
      },
    }, field("Persona", persona), field("Player", who), field("Machine", machine), h("button", { type: "submit" }, "Play")),
    box);
  let stop = new AbortController();
  const open = async () => {
    stop.abort();
    stop = new AbortController();
    state.talk = null;
    const { persona: slug, player } = state.query;
    state.persona = personas.find((found) => found.slug === slug);
    if (slug && !state.persona) return fill(box, h("p", { class: "error", role: "alert" }, `There is no persona "${straight(slug)}".`));
    if (!state.persona || !player) return fill(box, h("p", { class: "muted empty" }, "Choose who plays whom."));
    const here = AbortSignal.any([signal, stop.signal]);
    const talk = await conversation(box, sandbox, state, here).catch((error) => {
      if (!here.aborted) add(box, h("p", { class: "error", role: "alert" }, error.message));
      return null;
    });
    if (here.aborted) return;
    state.talk = talk;
    state.isWanted = false;
  };
  await open();
  repeat(EVERY, signal, () => look(sandbox, signal));
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

/** Throws where the sandbox is gone. */
function look(sandbox, signal) {
  return json("GET", control("sandboxes", sandbox), { signal });
}

/** Whether the player has a session meanwhile, on the machine that is chosen. */
async function hasSession(sandbox, { persona, query: { player, machine } }, signal) {
  const { sessions } = await json("GET", control("sandboxes", sandbox, "sessions"), { signal });
  return sessions.some((found) => found.channel === "sdk" && found.persona_id === persona.id && found.player === player &&
    (!machine || found.machine_id === machine));
}

/** Shows what was said before, or begins; then the player can speak. What others say for the player is shown too. */
async function conversation(box, sandbox, state, signal) {
  const { player, machine } = state.query;
  const name = state.persona.name;
  // `last`: the turn that was shown last.
  const shown = { id: null, began: null, last: null };
  const log = h("div", { class: "log", role: "log", "aria-label": "What was said", tabindex: 0 });
  const where = h("p", { class: "muted" });
  const message = h("input", { name: "message", required: true, autocomplete: "off", maxlength: 10000 });
  const say = h("button", { type: "submit" }, "Say");
  const call = async (method, path, { body, query = {} } = {}) => {
    const url = withQuery(`../api/v1/sdk/chat/${encodeURIComponent(state.persona.id)}/${path}`, { machine_id: machine, ...query });
    const headers = () => ({ "X-API-Key": state.key, ...state.model });
    const ask = async () => JSON.parse(await request(method, url, { body, signal, headers: headers() }));
    const slow = setTimeout(() => notice("There is no answer yet; a fault or a directive may delay it"), SLOW);
    try {
      return await ask().catch(async (error) => {
        if (error.status === 401) state.key = await mint(sandbox, signal);
        // No model is called, so any key will do where the server requires one.
        else if (error.status === 400 && error.message.includes(MODEL_KEY) && !state.model) state.model = { [MODEL_KEY]: "none" };
        else throw error;
        return ask();
      });
    } finally {
      clearTimeout(slow);
    }
  };
  const line = (className, speaker, text, more) => {
    add(log, h("div", { class: className }, said(short(speaker, 40), "speaker"), said(text), more && h("div", { class: "muted" }, more)));
    while (log.children.length > MOST_LINES) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  };
  /** Shows the session of that id from its beginning, or that there is none. */
  const follow = (id) => {
    Object.assign(shown, { id, began: null, last: null });
    fill(log, id === null && h("p", { class: "muted empty" }, "The player has no conversation now. Play begins one."));
    fill(where);
    message.disabled = say.disabled = id === null;
  };
  const stand = (found) => {
    fill(where, `${found.state_key} · score ${plain(found.score)}${found.outcome ? ` · ended: ${found.outcome}` : ""} · `,
      h("a", { href: link(["sandboxes", sandbox, "sessions", shown.id]) }, "History, graph and reasons"));
    message.disabled = say.disabled = found.outcome !== null;
  };
  const showNew = async () => {
    if (shown.id === null) return;
    const at = (...rest) => control("sandboxes", sandbox, "sessions", shown.id, ...rest);
    const found = await json("GET", at(), { signal }).catch((error) => {
      if (error.status !== 404) throw error;
      return null;
    });
    // The session was reset, or begun anew elsewhere; or the sandbox is gone, and with it the view.
    if (found === null) {
      await look(sandbox, signal);
      return follow(await present());
    }
    if (found.started_at !== shown.began) follow(shown.id);
    shown.began = found.started_at;
    const after = Math.max(shown.last?.number ?? -1, found.turn_count - MOST_LINES);
    if (after < found.turn_count) {
      const { turns } = await json("GET", withQuery(at("turns"), { after: after < 0 ? null : after }), { signal });
      for (const turn of turns) {
        if (turn.line !== null) line("line", player, turn.line);
        line("reply", name, turn.reply, told(turn, shown.last));
        shown.last = turn;
      }
    }
    stand(found);
  };
  // One look at a time: what two looks find would be shown twice.
  let looking = Promise.resolve();
  const catchUp = () => {
    looking = looking.catch(() => {}).then(showNew);
    return looking;
  };
  const begin = async () => {
    const body = { user_session_id: player, player_name: [...player].slice(0, 100).join(""), player_gender: "non-binary" };
    const found = await call("POST", "init-session", { body });
    follow(found.session_id);
    await catchUp();
    message.focus();
  };
  const send = async () => {
    const typed = message.value;
    message.value = "";
    const found = await call("POST", "message", { body: { user_session_id: player, message: typed } }).catch((error) => {
      message.value ||= typed;
      throw error;
    });
    await catchUp();
    const unlocked = (found.unlocked_machines ?? []).map((one) => one.machine_key);
    if (unlocked.length > 0) add(log, h("p", { class: "muted" }, `unlocked ${unlocked.join(", ")}`));
    (message.disabled ? anew : message).focus();
  };
  /** The id of the player's session, on that machine if one is chosen; null where there is none. */
  const present = async () => {
    const machines = await call("GET", "machines", { query: { user_session_id: player, machine_id: null } });
    const hasOne = (found) => (!machine || found.machine_id === machine) && (found.has_session || found.session_outcome !== null);
    if (!machines.some(hasOne)) return null;
    return (await call("GET", "session", { query: { user_session_id: player } })).session_id;
  };
  const anew = actionButton("Begin anew", begin);

  fill(box, where, log,
    actionForm({ className: "bar say", label: "Say something", work: send }, field("Say", message), say, anew));
  follow(await present());
  if (shown.id === null && state.isWanted) await begin();
  else await catchUp();
  if (state.isWanted && !message.disabled) message.focus();
  repeat(EVERY, signal, catchUp);
  return { isEmpty: () => shown.id === null, begin };
}

/** What became of a turn; `before` is the turn before it, if that is known. */
function told(turn, before) {
  if (turn.number === 0) return "";
  const gain = before && turn.score !== before.score ? ` (${signed(turn.score - before.score)})` : "";
  return [turn.decision ?? (turn.follow_up ? "follow-up" : ""), before?.state_key !== turn.state_key && `→ ${turn.state_key}`,
    `score ${plain(turn.score)}${gain}`].filter(Boolean).join(" · ");
}

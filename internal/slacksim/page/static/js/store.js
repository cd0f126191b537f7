// What the page knows: the state as the server tells it, and where the visitor
// is in it. Whoever draws subscribes; whoever changes something calls changed().

import * as api from "./api.js";

export const store = {
  state: null,
  // as: who we are; channel: the conversation open; home: the app's Home tab is;
  // thread: the ts of the thread open at the right.
  at: { as: "", channel: "", home: false, thread: "" },
  online: true,
  tries: true, // the panel of things to try is wanted
  notices: [], // words of the client itself, by place: {id, as, channel, thread, text, ts}
  failed: new Map(), // controls the app did not answer for: key -> code
  stick: false, // show the end of the conversation next time
  points: "", // ts of a message to point out
};

const listeners = new Set();
export const onChange = (f) => listeners.add(f);

let planned = false;
export function changed() {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    if (store.state) for (const f of listeners) f(store);
  });
}

// Which place each person left open, so that switching back returns there.
const lastPlace = new Map();

export function readAddress() {
  const [, as = "", place = "", thread = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
  store.at = { as, channel: place === "home" ? "" : place, home: place === "home", thread };
}

function writeAddress() {
  const { as, channel, home, thread } = store.at;
  const hash = "#/" + [as, home ? "home" : channel, thread].filter(Boolean).map(encodeURIComponent).join("/");
  if (hash !== location.hash) history.pushState(null, "", hash);
}

// go opens a place: go({channel}), go({home: true}), go({as}), go({thread}).
export async function go(to) {
  const at = { ...store.at };
  if (to.as && to.as !== at.as) {
    lastPlace.set(at.as, { channel: at.channel, home: at.home });
    Object.assign(at, { as: to.as, thread: "" }, lastPlace.get(to.as) ?? { channel: at.channel, home: at.home });
  }
  if (to.channel !== undefined) Object.assign(at, { channel: to.channel, home: false, thread: "" });
  if (to.home) Object.assign(at, { home: true, channel: "", thread: "" });
  if (to.thread !== undefined) at.thread = to.thread;
  store.at = at;
  store.points = to.points ?? "";
  writeAddress();
  await refresh();
  if (to.as && to.channel === undefined) await leaveOthersPlace();
}

// leaveOthersPlace: who we just became may look at a channel they are not in,
// since it was open before; they begin in one of their own.
async function leaveOthersPlace() {
  const { state, at } = store;
  const c = state?.channels.find((x) => x.id === at.channel);
  if (at.home || !c || c.is_member || c.is_im || c.is_mpim) return;
  const own = placeFor(state, at.as);
  if (own && own.is_member) await go({ channel: own.id });
}

let asked = 0;
let shown = 0;
const placeKey = () => JSON.stringify(store.at);

// refresh asks for the state. An older answer never overwrites a newer one, and
// an answer about a place that was left meanwhile is dropped.
export async function refresh() {
  const turn = ++asked;
  const place = placeKey();
  let state;
  try {
    state = await api.fetchState(store.at);
  } catch {
    setOnline(false);
    return;
  }
  if (turn < shown || place !== placeKey()) return;
  shown = turn;
  if (state === null) {
    // The person of the address does not exist: begin as the first one.
    if (!store.at.as) return;
    store.at = { as: "", channel: "", home: false, thread: "" };
    return refresh();
  }
  state.received = performance.now();
  state.nowMs = Date.parse(state.now);
  store.state = state;
  store.online = true;
  store.at.as = state.me;
  settlePlace();
  changed();
}

// placeFor is where a person begins.
function placeFor(state, as) {
  const suggested = state.tries.find((t) => t.person === as && t.channel)?.channel;
  return (
    state.channels.find((c) => c.id === suggested) ??
    state.channels.find((c) => !c.is_im && c.is_member) ??
    state.channels.find((c) => c.app) ??
    state.channels[0]
  );
}

function settlePlace() {
  const { state, at } = store;
  if (at.home) return;
  if (state.channels.some((c) => c.id === at.channel)) return;
  const first = placeFor(state, at.as);
  if (!first) return;
  at.channel = first.id;
  at.thread = "";
  history.replaceState(null, "", `#/${encodeURIComponent(at.as)}/${encodeURIComponent(first.id)}`);
  refresh();
}

export function setOnline(on) {
  if (store.online === on) return;
  store.online = on;
  changed();
}

// now is the workspace's time, running on from the last answer.
export function now() {
  const { state } = store;
  return state ? new Date(state.nowMs + (performance.now() - state.received)) : new Date();
}

export const me = () => store.state.people[store.at.as];
// shortcuts of the app; people of other organisations have none.
export const shortcutsOf = (type) => (me().external ? [] : store.state.shortcuts.filter((s) => s.type === type));
export const person = (id) => store.state.people[id] ?? null;
export const nameOf = (id) => person(id)?.name ?? (id === "USLACKBOT" ? "Slackbot" : "Unknown person");
export const channelBy = (id) => store.state.channels.find((c) => c.id === id) ?? null;
export const openChannel = () => channelBy(store.at.channel);

// roots are the messages of the conversation itself; replies are in the thread.
export const roots = () => store.state.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype === "thread_broadcast");

// announce has screen readers say something.
export function announce(text) {
  document.getElementById("live").textContent = text;
}

let notices = 0;

// notice shows words of the client itself where the person is, to them alone.
export function notice(text, thread = "") {
  const { as, channel } = store.at;
  store.notices.push({ id: `notice-${++notices}`, as, channel, thread, text, at: now() });
  changed();
}

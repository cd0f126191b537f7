// The page is put together here and drawn anew whenever something changed.

import * as api from "./api.js";
import { composer } from "./composer.js";
import { h, iconButton, icon } from "./dom.js";
import { header } from "./header.js";
import { home } from "./home.js";
import * as layer from "./layer.js";
import { list } from "./messages.js";
import { modals } from "./modal.js";
import { bar, tries } from "./playground.js";
import { sidebar } from "./sidebar.js";
import { announce, changed, go, nameOf, onChange, openChannel, readAddress, refresh, roots, store } from "./store.js";
import { startSwitcher } from "./switcher.js";
import { mrkdwn } from "./mrkdwn.js";

const parts = {
  bar: bar(),
  sidebar: sidebar(),
  header: header(),
  messages: list({ label: "Messages" }),
  composer: composer(),
  home: home(),
  thread: list({ inThread: true, label: "Thread" }),
  reply: composer({ inThread: true }),
  modals: modals(),
};
parts.tries = tries((text) => parts.composer.put(text));

const join = h("div", { class: "join" });
const conversation = h("div", { class: "conversation" }, parts.messages, join, parts.composer);
const threadPane = h(
  "aside",
  { class: "side-panel thread", "aria-label": "Thread", "data-testid": "thread" },
  h(
    "div",
    { class: "panel-head" },
    h("h2", {}, "Thread"),
    iconButton("close", "Close thread", () => closeThread(), { "data-testid": "thread-close" }),
  ),
  parts.thread,
  parts.reply,
);
threadPane.hidden = true;

const app = document.getElementById("app");
app.append(
  parts.bar,
  h(
    "div",
    { class: "columns" },
    parts.sidebar,
    h("main", { class: "place" }, parts.header, conversation, parts.home),
    threadPane,
    parts.tries,
  ),
);

async function closeThread() {
  await go({ thread: "" });
  parts.composer.focusField();
}

let threadWas = "";

function draw() {
  const { state, at } = store;
  if (!at.home && state.channel !== at.channel && app.hidden) return; // the place is not settled yet
  const first = app.hidden;
  app.hidden = false;
  parts.bar.draw();
  parts.sidebar.draw();
  parts.header.draw();
  conversation.hidden = at.home;
  parts.home.hidden = !at.home;
  if (at.home) parts.home.draw();
  else if (state.channel === at.channel) {
    parts.messages.draw(roots());
    drawJoin();
    parts.composer.draw();
    hear(state);
  }
  const inThread = Boolean(at.thread) && !at.home;
  threadPane.hidden = !inThread;
  if (inThread) {
    parts.thread.draw(state.thread, at.thread);
    parts.reply.draw();
    if (threadWas !== at.thread) parts.reply.focusField();
  }
  store.stick = false;
  threadWas = at.thread;
  parts.tries.hidden = inThread || !store.tries || state.tries.length === 0;
  if (!parts.tries.hidden) parts.tries.draw();
  parts.modals.draw();
  const c = openChannel();
  document.title = `${at.home ? state.app.name : c ? (c.is_im ? c.name : "#" + c.name) : ""} · ${state.workspace}`;
  markRead(state, at.home ? null : c);
  tellApp(state, at);
  if (first && !at.home && !inThread && !layer.anyModal()) parts.composer.focusField();
}

// tellApp says when somebody opens the app's Home or Messages tab.
let tabWas = "";
function tellApp(state, at) {
  const tab = at.home ? "home" : at.channel === state.app.dm ? "messages" : "";
  const was = tabWas;
  tabWas = `${at.as}/${tab}`;
  if (tab && tabWas !== was) api.act({ do: tab });
}

// markRead says once that what is on the screen was seen.
let readMark = "";
function markRead(state, c) {
  const mark = `${state.me}/${c?.id}/${state.messages.at(-1)?.ts}`;
  if (!c?.unread || mark === readMark || state.channel !== c.id || document.visibilityState !== "visible") return;
  readMark = mark;
  api.act({ do: "read", channel: c.id });
}

// A public channel one is not in can be read and joined; an archived one only read.
function drawJoin() {
  const c = openChannel();
  const out = c && !c.is_im && !c.is_mpim && (!c.is_member || c.is_archived);
  join.hidden = !out;
  parts.composer.hidden = Boolean(out);
  if (!out) return;
  if (c.is_archived) return join.replaceChildren(icon("lock"), h("span", {}, `${c.name} is archived. It can be read, not written to.`));
  join.replaceChildren(
    icon("hash"),
    h("span", {}, `You are not in ${c.name}.`),
    h("button", { type: "button", class: "button small primary", onclick: () => api.act({ do: "join", channel: c.id }) }, "Join channel"),
  );
}

// hear tells screen readers what was just said here by others.
let heard = { place: "", ts: "" };
function hear(state) {
  const place = `${store.at.as}/${store.at.channel}`;
  const last = state.messages.at(-1);
  const ts = last ? `${last.ts}/${last.text}` : "";
  if (heard.place === place && heard.ts !== ts && last && (last.user !== store.at.as || last.bot_id)) {
    const text = h("div", {}, mrkdwn(last.text, { people: state.people, channels: state.channels })).textContent;
    announce(`${nameOf(last.user)}: ${text}`);
  }
  heard = { place, ts };
}

document.addEventListener("keydown", (event) => {
  if (
    event.key === "Escape" &&
    !event.defaultPrevented &&
    !layer.anyModal() &&
    store.at.thread &&
    threadPane.contains(document.activeElement)
  )
    closeThread();
});
document.addEventListener("visibilitychange", () => changed());
addEventListener("popstate", () => {
  readAddress();
  refresh();
});

layer.start();
startSwitcher();
onChange(draw);
readAddress();
start();

// Loading the page again restarts the client of whoever is here: as in Slack,
// what only they could see and open windows are gone. Connecting again keeps
// them, and so does a second window that begins without saying as whom.
async function start() {
  if (store.at.as) await api.act({ do: "reload" });
  else await refresh();
  api.listen();
}

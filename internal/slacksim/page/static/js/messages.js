// The list of messages of a conversation, with day dividers, kept in step with
// the state without disturbing what is being read or typed.

import { avatar } from "./avatar.js";
import { messageKey } from "./context.js";
import { h, sync } from "./dom.js";
import { editing, message, onlyYou } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { changed, me, now, openChannel, person, store } from "./store.js";
import { clockTime, dayKey, dayName, fromTS } from "./when.js";

const GROUP_SECONDS = 300;

// follows: a message shows no name when it continues the one above.
function follows(m, above) {
  return (
    Boolean(above) &&
    above.user === m.user &&
    (above.bot_id ?? "") === (m.bot_id ?? "") &&
    !above.is_ephemeral &&
    !m.is_ephemeral &&
    !m.subtype &&
    !above.subtype &&
    !above.reply_count &&
    Number(m.ts) - Number(above.ts) < GROUP_SECONDS
  );
}

const namesOf = (state) =>
  (state.namesSig ??=
    JSON.stringify(Object.values(state.people).map((p) => [p.id, p.name, p.pronouns, p.deleted])) + state.channels.length);

// items are what the list shows: dividers, messages and the client's own words.
function items(messages, notices, { inThread }) {
  const tz = me().tz;
  const today = now();
  const names = namesOf(store.state);
  const all = [...messages.map((m) => ({ m, at: Number(m.ts) })), ...notices.map((n) => ({ n, at: n.at.getTime() / 1000 }))].sort(
    (a, b) => a.at - b.at,
  );
  const out = inThread ? [] : [intro()];
  let day = "";
  let above = null;
  for (const { m, n } of all) {
    const date = m ? fromTS(m.ts) : n.at;
    const key = dayKey(date, tz);
    if (key !== day && !inThread) {
      const name = dayName(date, today, tz);
      out.push({
        key: `day-${key}`,
        sig: name,
        make: () => h("div", { class: "day", role: "separator", "aria-label": name }, h("span", {}, name)),
      });
      above = null;
    }
    day = key;
    if (n) {
      out.push({ key: n.id, sig: n.text, make: () => noticeItem(n) });
      above = null;
      continue;
    }
    const flags = { follows: follows(m, above), inThread };
    const failures = [...store.failed].filter(([k]) => k.startsWith(messageKey(m) + "|"));
    out.push({
      key: messageKey(m),
      make: () => message(m, flags),
      sig: JSON.stringify([m, flags, names, tz, failures, editing.key === messageKey(m), store.points === m.ts]),
    });
    above = m;
  }
  return out;
}

// intro heads a conversation, so that an empty one does not look broken.
function intro() {
  const c = openChannel();
  const p = c?.is_im ? person(c.with) : null;
  const words = p
    ? p.id === store.state.app.user
      ? `This is your conversation with ${p.name}. Nobody else sees it.`
      : `This is the beginning of your conversation with ${p.name}. Only the two of you see it.`
    : `This is the beginning of ${c?.is_private ? "the private channel " : "#"}${c?.name ?? ""}.`;
  return { key: "intro", sig: words, make: () => h("div", { class: "intro", dir: "auto" }, words) };
}

// Words of the client itself come from Slackbot, as in Slack.
function noticeItem(n) {
  return h(
    "article",
    { class: "message ephemeral", tabindex: "-1", "data-testid": "notice" },
    h("div", { class: "gutter" }, avatar("USLACKBOT")),
    h(
      "div",
      { class: "content" },
      onlyYou(() => {
        store.notices = store.notices.filter((x) => x !== n);
        changed();
      }),
      h("div", { class: "byline" }, h("span", { class: "author" }, "Slackbot"), h("time", { class: "time" }, clockTime(n.at, me().tz))),
      h("div", { class: "text" }, mrkdwn(n.text, { people: {} })),
    ),
  );
}

// list makes a message list; its draw follows the state.
export function list({ inThread = false, label }) {
  const el = h("div", {
    class: "list",
    role: "log",
    "aria-live": "off",
    "aria-label": label,
    tabindex: "0",
    "data-testid": inThread ? "thread-messages" : "messages",
  });
  let place = "";
  let pointed = "";
  el.addEventListener("keydown", (event) => walk(event, el));
  el.draw = (messages, thread = "") => {
    const { as, channel } = store.at;
    const here = `${as}/${channel}/${thread}`;
    const bottom = here !== place || store.stick || el.scrollHeight - el.scrollTop - el.clientHeight < 80;
    const notices = store.notices.filter((n) => n.as === as && n.channel === channel && n.thread === thread);
    sync(el, items(messages, notices, { inThread }));
    if (bottom) el.scrollTop = el.scrollHeight;
    if (store.points && `${here}/${store.points}` !== pointed) el.querySelector(".pointed")?.scrollIntoView({ block: "center" });
    pointed = store.points && `${here}/${store.points}`;
    place = here;
  };
  return el;
}

// walk moves through the messages with the arrow keys.
function walk(event, el) {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const on = document.activeElement;
  if (on !== el && !on.classList.contains("message")) return;
  const all = [...el.querySelectorAll(".message")];
  const at = all.indexOf(on);
  const to = event.key === "ArrowUp" ? (at < 0 ? all.length - 1 : at - 1) : at + 1;
  if (!all[to]) return;
  event.preventDefault();
  all[to].focus();
}

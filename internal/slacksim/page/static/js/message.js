// One message: who, when, what, and what can be done with it.

import * as api from "./api.js";
import { avatar, badges, stack } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { failure, inMessage, messageKey, world } from "./context.js";
import { h, icon, iconButton, onEnter } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { dialog, menu, panel } from "./menu.js";
import { entities, mrkdwn } from "./mrkdwn.js";
import { changed, go, me, nameOf, notice, person, shortcutsOf, store } from "./store.js";
import { clockTime, fromTS, fullTime } from "./when.js";

// What is being edited, and what gets the focus when that ends.
export const editing = { key: "", done: null };

// message draws one. follows: it continues the one above of the same person.
export function message(m, { follows = false, inThread = false } = {}) {
  const mine = m.user === store.at.as && !m.bot_id;
  const huddle = m.subtype === "huddle_thread";
  const date = fromTS(m.ts);
  const tz = me().tz;
  const time = h("time", { class: "time", datetime: date.toISOString(), title: fullTime(date, tz) }, clockTime(date, tz));
  const author = huddle ? (m.room?.created_by ?? "USLACKBOT") : m.user;
  const p = person(author);
  const el = h(
    "article",
    {
      class: ["message", follows && "follows", m.is_ephemeral && "ephemeral", store.points === m.ts && "pointed"].filter(Boolean).join(" "),
      tabindex: "-1",
      "data-testid": "message",
      "data-ts": m.ts,
      "data-ephemeral": m.is_ephemeral ? "true" : null,
      "aria-label": `${nameOf(author)}, ${clockTime(date, tz)}`,
    },
    h("div", { class: "gutter" }, follows ? time : avatar(author)),
    h(
      "div",
      { class: "content" },
      m.is_ephemeral && onlyYou(() => api.act({ do: "delete", channel: m.channel, ts: m.ts })),
      !follows &&
        h(
          "div",
          { class: "byline" },
          h("span", { class: "author", dir: "auto" }, nameOf(author)),
          badges(p, true),
          p?.pronouns && h("span", { class: "pronouns", dir: "auto" }, p.pronouns),
          time,
        ),
      m.subtype === "thread_broadcast" && !inThread && h("div", { class: "broadcast-note" }, "replied to a thread"),
      editing.key === messageKey(m) ? editor(m) : huddle ? huddleCard(m) : body(m),
      attachments(m),
      files(m),
      reactions(m),
      !inThread && thread(m),
    ),
  );
  if (!huddle && !m.is_ephemeral && editing.key !== messageKey(m)) el.append(tools(m, mine, inThread));
  return el;
}

export const onlyYou = (dismiss) =>
  h(
    "div",
    { class: "only-you" },
    icon("eye"),
    h("span", {}, "Only visible to you"),
    h("button", { type: "button", class: "link-button", onclick: dismiss, "data-testid": "dismiss" }, "Dismiss"),
  );

// What a person typed is shown from its text, which has the marks they typed;
// what an app posted from its blocks.
function body(m) {
  const edited = m.is_edited && !m.is_ephemeral && h("span", { class: "edited" }, " (edited)");
  if (m.bot_id && Array.isArray(m.blocks) && m.blocks.length)
    return h("div", { class: "blocks" }, renderBlocks(m.blocks, inMessage(m)), edited);
  return h("div", { class: "text", dir: "auto" }, mrkdwn(m.text, world()), edited);
}

function attachments(m) {
  if (!Array.isArray(m.attachments)) return null;
  return m.attachments.map((a) =>
    h(
      "div",
      { class: "attachment" },
      a.pretext && h("div", { class: "text", dir: "auto" }, mrkdwn(a.pretext, world())),
      a.title && h("strong", { dir: "auto" }, a.title),
      Array.isArray(a.blocks)
        ? renderBlocks(a.blocks, inMessage(m))
        : h("div", { class: "text", dir: "auto" }, mrkdwn(a.text ?? a.fallback, world())),
    ),
  );
}

function huddleCard(m) {
  const room = m.room ?? {};
  const ended = room.has_ended || room.date_end > 0;
  const here = room.participants ?? [];
  const minutes = Math.max(1, Math.round(((room.date_end || 0) - (room.date_start || 0)) / 60));
  const were = room.participant_history ?? [];
  return h(
    "div",
    { class: "huddle-card" + (ended ? " ended" : "") },
    icon("headset"),
    h(
      "div",
      {},
      h("strong", {}, ended ? "A huddle happened" : "A huddle is happening"),
      h(
        "div",
        { class: "quiet" },
        ended ? `${were.map(nameOf).join(", ") || "Nobody"} · ${minutes} min` : here.map(nameOf).join(", ") || "Nobody has joined yet",
      ),
    ),
  );
}

function files(m) {
  if (!m.files?.length) return null;
  return h(
    "div",
    { class: "files" },
    m.files.map((f) =>
      h(
        "div",
        { class: "file", "data-testid": "file" },
        icon("file"),
        h(
          "div",
          { class: "file-words" },
          h("strong", { dir: "auto" }, f.title || f.name),
          h("div", { class: "quiet", dir: "auto" }, `${f.name} · ${size(f.size)}`),
        ),
        h(
          "a",
          {
            class: "button small",
            href: new URL(`client/file?${new URLSearchParams({ as: store.at.as, id: f.id })}`, document.baseURI).href,
            download: f.name,
            "aria-label": `Download ${f.name}`,
          },
          "Download",
        ),
      ),
    ),
  );
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const kb = bytes / 1024;
  return kb < 1024 ? `${kb.toFixed(kb < 10 ? 1 : 0)} kB` : `${(kb / 1024).toFixed(1)} MB`;
}

function reactions(m) {
  if (!m.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    m.reactions.map((r) => {
      const mine = r.users.includes(store.at.as);
      return h(
        "button",
        {
          type: "button",
          class: "reaction" + (mine ? " mine" : ""),
          "aria-pressed": String(mine),
          title: `${r.users.map(nameOf).join(", ")} reacted with :${r.name}:`,
          "aria-label": `${r.name.replace(/_/g, " ")}, ${r.users.length}`,
          "data-testid": "reaction",
          "data-emoji": r.name,
          "data-focus": `react:${r.name}`,
          onclick: () => react(m, r.name, mine),
        },
        h("span", { class: "emoji" }, emoji(r.name) || `:${r.name}:`),
        h("span", { class: "count" }, String(r.users.length)),
      );
    }),
  );
}

const react = (m, name, mine) => api.act({ do: mine ? "unreact" : "react", channel: m.channel, ts: m.ts, emoji: name });

function thread(m) {
  if (!m.reply_count) return null;
  return h(
    "button",
    { type: "button", class: "replies", "data-testid": "open-thread", "data-focus": "thread", onclick: () => go({ thread: m.ts }) },
    stack(m.reply_users ?? [], 3),
    h("span", {}, `${m.reply_count} ${m.reply_count === 1 ? "reply" : "replies"}`),
  );
}

// tools float over a message that is pointed at or has the focus.
function tools(m, mine, inThread) {
  const pick = iconButton("smile", "Add a reaction", () => picker(pick, m), {
    "data-focus": "pick",
    "data-testid": "add-reaction",
    "aria-haspopup": "dialog",
  });
  const more = iconButton("more", "More actions", () => menu(more, actions(m, mine), { label: "Message actions", align: "end" }), {
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "data-focus": "more",
    "data-testid": "message-menu",
  });
  return h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Message" },
    pick,
    !inThread &&
      iconButton("reply", "Reply in thread", () => go({ thread: m.thread_ts || m.ts }), { "data-focus": "reply", "data-testid": "reply" }),
    more,
  );
}

function actions(m, mine) {
  const shortcuts = shortcutsOf("message");
  const app = store.state.app.name;
  const items = shortcuts.map((s) => ({
    label: s.name,
    hint: app,
    testid: `shortcut-${s.callback_id}`,
    run: async () => {
      const result = await api.act({ do: "on_message", callback: s.callback_id, channel: m.channel, ts: m.ts });
      if (!result.ok) notice(failure(result.error), m.thread_ts && m.thread_ts !== m.ts ? m.thread_ts : "");
    },
  }));
  if (mine && items.length) items.push("-");
  if (mine) {
    items.push({ label: "Edit message", run: () => startEdit(m) });
    items.push({
      label: "Delete message…",
      danger: true,
      run: () =>
        dialog({
          title: "Delete message",
          testid: "confirm",
          body: h("p", {}, "This can’t be undone."),
          buttons: [
            { label: "Cancel" },
            { label: "Delete", kind: "danger", run: () => void api.act({ do: "delete", channel: m.channel, ts: m.ts }) },
          ],
        }),
    });
  }
  if (items.length === 0) items.push({ label: "Copy text", run: () => navigator.clipboard?.writeText(typedForm(m.text)).catch(() => {}) });
  return items;
}

function picker(anchor, m) {
  const el = h("div", { class: "emoji-grid" });
  const open = panel(anchor, el, { label: "Reactions", align: "end", keepTab: true });
  el.append(
    ...QUICK.map((name) =>
      h(
        "button",
        {
          type: "button",
          class: "emoji-choice",
          title: `:${name}:`,
          "aria-label": name.replace(/_/g, " "),
          onclick: () => {
            open.close();
            react(
              m,
              name,
              m.reactions?.some((r) => r.name === name && r.users.includes(store.at.as)),
            );
          },
        },
        emoji(name),
      ),
    ),
  );
  open.again();
  el.querySelector("button").focus();
}

export function startEdit(m, done = null) {
  Object.assign(editing, { key: messageKey(m), done });
  changed();
  queueMicrotask(() => document.querySelector(".editor textarea")?.focus());
}

function editor(m) {
  const field = h("textarea", {
    class: "field",
    rows: "2",
    "aria-label": "Edit message",
    value: typedForm(m.text),
    "data-focus": "edit",
    dir: "auto",
  });
  const stop = () => {
    editing.key = "";
    editing.done?.();
    changed();
  };
  const save = async () => {
    const text = field.value.trim();
    editing.key = "";
    editing.done?.();
    if (text && text !== typedForm(m.text)) await api.act({ do: "edit", channel: m.channel, ts: m.ts, text });
    changed();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    }
  });
  onEnter(field, save);
  return h(
    "div",
    { class: "editor" },
    field,
    h(
      "div",
      { class: "editor-buttons" },
      h("button", { type: "button", class: "button small", onclick: stop }, "Cancel"),
      h("button", { type: "button", class: "button small primary", onclick: save }, "Save"),
    ),
  );
}

// typedForm turns Slack's form of a text back into what one would type.
export function typedForm(text) {
  return entities(
    String(text ?? "").replace(/<([^<>]+)>/g, (_, body) => {
      const [head, label] = body.split("|");
      if (head.startsWith("@")) return "@" + (person(head.slice(1))?.handle ?? label ?? head.slice(1));
      if (head.startsWith("#")) return "#" + (label || store.state.channels.find((c) => c.id === head.slice(1))?.name || head.slice(1));
      if (head.startsWith("!")) return label || "@" + head.slice(1).split("^")[0];
      return head.replace(/^mailto:/, "");
    }),
  );
}

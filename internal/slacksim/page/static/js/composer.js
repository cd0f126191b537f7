// Where one types. Enter sends, Shift+Enter breaks the line.

import * as api from "./api.js";
import { completion } from "./completion.js";
import { failure } from "./context.js";
import { h, icon, iconButton, onEnter } from "./dom.js";
import { startEdit } from "./message.js";
import { menu } from "./menu.js";
import { notice, openChannel, shortcutsOf, store } from "./store.js";

const drafts = new Map();

// composer makes one, for the conversation or for its open thread.
export function composer({ inThread = false } = {}) {
  const field = h("textarea", {
    class: "composer-field",
    rows: "1",
    dir: "auto",
    "data-testid": inThread ? "thread-composer" : "composer",
  });
  const usage = h("div", { class: "usage", hidden: true, "data-testid": "usage" });
  const plus = iconButton("bolt", "Shortcuts", () => shortcuts(plus), {
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "data-testid": "shortcuts",
  });
  const send = iconButton("send", "Send", () => submit(), { class: "icon-button send", "data-testid": "send" });
  const frame = h(
    "div",
    { class: "composer-frame" },
    usage,
    field,
    h(
      "div",
      { class: "composer-bar" },
      !inThread && plus,
      h("span", { class: "keys" }, "Enter to send, Shift + Enter for a new line"),
      send,
    ),
  );
  const el = h("div", { class: "composer" }, frame);
  const complete = completion(field, el, () => inThread);
  let place = "";

  const thread = () => (inThread ? store.at.thread : "");

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
  }

  // A field that got wider or narrower needs another height.
  let width = 0;
  new ResizeObserver(() => {
    if (el.clientWidth === width) return;
    width = el.clientWidth;
    grow();
  }).observe(el);

  function update() {
    drafts.set(place, field.value);
    grow();
    send.disabled = field.value.trim() === "";
    const word = /^(\/\S+)\s/.exec(field.value)?.[1];
    const command = !inThread && word && store.state.commands.find((c) => c.command === word);
    usage.hidden = !command;
    if (command)
      usage.replaceChildren(
        h("strong", {}, command.command),
        " ",
        h("span", {}, command.usage),
        h("span", { class: "quiet" }, command.description),
      );
  }

  async function submit() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    update();
    complete.update();
    const { channel } = store.at;
    store.stick = true;
    const slash = /^\/(\S+)(?:\s+([\s\S]*))?$/.exec(text);
    if (slash) return run("/" + slash[1], slash[2] ?? "", channel, text);
    const result = await api.act({ do: "say", channel, thread: thread(), text });
    if (!result.ok) {
      notice(`Your message was not sent: ${result.error}`, thread());
      restore(text);
    }
  }

  async function run(command, rest, channel, text) {
    const back = thread();
    if (!store.state.commands.some((c) => c.command === command)) {
      notice(
        `\`${command}\` is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.\n` +
          'If you are trying to send a message and not run a command, try preceding the "/" with an empty space.',
        back,
      );
      return restore(text);
    }
    if (inThread) {
      notice(`${command} is not supported in threads. Sorry!`, back);
      return restore(text);
    }
    const result = await api.act({ do: "command", channel, command, text: rest });
    if (!result.ok)
      notice(
        /^\w+$/.test(result.error) ? `${command} failed with the error "${result.error}"` : `${command} was not sent: ${result.error}.`,
      );
  }

  function restore(text) {
    if (field.value) return;
    field.value = text;
    update();
  }

  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || complete.handle(event)) return;
    if (event.key === "ArrowUp" && field.value === "" && !inThread) {
      const last = store.state.messages.findLast((m) => m.user === store.at.as && !m.bot_id && !m.is_ephemeral && !m.subtype);
      if (last) {
        event.preventDefault();
        startEdit(last, () => field.focus());
      }
    }
  });
  onEnter(field, submit);
  frame.addEventListener("click", (event) => event.target === frame && field.focus());

  el.draw = () => {
    const { as, channel } = store.at;
    const here = `${as}/${channel}/${thread()}`;
    const c = openChannel();
    const name = inThread ? "Reply" : c ? `Message ${c.is_im ? c.name : "#" + c.name}` : "";
    field.placeholder = name;
    field.setAttribute("aria-label", name);
    if (here !== place) {
      place = here;
      field.value = drafts.get(here) ?? "";
      update();
    }
  };
  // put places text as if typed, and leaves the sending to the person.
  el.put = (text) => {
    field.value = text;
    update();
    field.focus();
    field.setSelectionRange(text.length, text.length);
  };
  el.focusField = () => field.focus();
  return el;
}

// shortcuts is the menu of the app's global shortcuts.
function shortcuts(anchor) {
  const list = shortcutsOf("global");
  const items = list.map((s) => ({
    label: s.name,
    hint: s.description,
    before: icon("bolt"),
    testid: `shortcut-${s.callback_id}`,
    run: async () => {
      const result = await api.act({ do: "shortcut", callback: s.callback_id });
      if (!result.ok) notice(failure(result.error));
    },
  }));
  menu(anchor, [{ heading: list.length ? "Shortcuts" : "There are no shortcuts for you here" }, ...items], { label: "Shortcuts" });
}

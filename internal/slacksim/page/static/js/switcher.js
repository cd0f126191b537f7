// Ctrl+K or Cmd+K: jump to a channel, a person or the app by typing.

import { avatar } from "./avatar.js";
import { h, icon, uid } from "./dom.js";
import { anyModal, open } from "./layer.js";
import { go, store } from "./store.js";
import { writeTo } from "./sidebar.js";

function places() {
  const { state } = store;
  const list = state.channels
    .filter((c) => !c.is_im && !c.is_archived)
    .map((c) => ({
      label: c.name,
      hint: c.is_member ? c.topic : "You are not in this channel",
      lead: icon(c.is_private ? "lock" : "hash"),
      run: () => go({ channel: c.id }),
    }));
  list.push({ label: state.app.name, hint: "App", lead: avatar(state.app.user, "small"), run: () => go({ channel: state.app.dm }) });
  for (const p of Object.values(state.people)) {
    if (p.bot || p.deleted || p.id === store.at.as || p.id === "USLACKBOT") continue;
    const dm = state.channels.find((c) => c.is_im && c.with === p.id);
    list.push({
      label: p.name,
      hint: p.real_name !== p.name ? p.real_name : "",
      lead: avatar(p.id, "small"),
      run: () => (dm ? go({ channel: dm.id }) : writeTo(p.id)),
    });
  }
  return list;
}

export function openSwitcher() {
  if (anyModal()) return;
  const id = uid("jump");
  const input = h("input", {
    class: "field",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": id,
    "aria-label": "Jump to a conversation",
    placeholder: "Jump to a channel or person",
    autocomplete: "off",
    "data-testid": "switcher-search",
  });
  const list = h("div", { class: "options", role: "listbox", id, "aria-label": "Conversations" });
  const el = h(
    "div",
    { class: "backdrop top" },
    h("div", { class: "switcher", role: "dialog", "aria-modal": "true", "aria-label": "Jump to", "data-testid": "switcher" }, input, list),
  );
  const close = open(el, { modal: true, focus: input, onclose: () => close() });
  el.addEventListener("pointerdown", (event) => event.target === el && close());
  let found = [];
  let active = 0;

  function search() {
    const text = input.value.trim().toLowerCase().replace(/^[#@]/, "");
    const rank = (p) => (p.label.toLowerCase().startsWith(text) ? 0 : `${p.label} ${p.hint}`.toLowerCase().includes(text) ? 1 : 2);
    found = places()
      .map((p) => [rank(p), p])
      .filter(([r]) => r < 2)
      .sort((a, b) => a[0] - b[0])
      .map(([, p]) => p)
      .slice(0, 12);
    active = 0;
    draw();
  }

  function draw() {
    list.textContent = "";
    found.forEach((p, i) =>
      list.append(
        h(
          "div",
          {
            class: "option" + (i === active ? " active" : ""),
            role: "option",
            id: `${id}-${i}`,
            "aria-selected": String(i === active),
            onclick: () => choose(i),
          },
          h("span", { class: "side-icon" }, p.lead),
          h(
            "span",
            { class: "menu-label" },
            h("span", { dir: "auto" }, p.label),
            p.hint && h("span", { class: "menu-hint", dir: "auto" }, p.hint),
          ),
        ),
      ),
    );
    if (found.length === 0) list.append(h("div", { class: "options-status" }, "Nothing by that name"));
    input.setAttribute("aria-activedescendant", found.length ? `${id}-${active}` : "");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function choose(i) {
    if (!found[i]) return;
    close();
    found[i].run();
  }

  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length);
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(active);
    }
  });
  search();
}

export function startSwitcher() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openSwitcher();
    }
  });
}

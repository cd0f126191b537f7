// Menus and small dialogs that several parts use.

import { h, uid } from "./dom.js";
import { again, open } from "./layer.js";

// menu opens a list of commands at a button. items: {label, hint, icon, danger,
// checked, run, href} or {heading} or "-".
export function menu(anchor, items, { label = "Menu", align = "start" } = {}) {
  const el = h("div", { class: "menu", role: "menu", "aria-label": label, "data-align": align, "data-testid": "menu" });
  let close = () => {};
  for (const item of items) {
    if (item === "-") el.append(h("div", { class: "menu-rule", role: "separator" }));
    else if (item.heading) el.append(h("div", { class: "menu-heading", role: "presentation" }, item.heading));
    else {
      const checkable = item.checked !== undefined;
      el.append(
        h(
          "button",
          {
            type: "button",
            class: "menu-item" + (item.danger ? " danger" : ""),
            role: checkable ? "menuitemradio" : "menuitem",
            tabindex: "-1",
            "aria-checked": checkable ? String(item.checked) : null,
            "data-testid": item.testid ?? null,
            onclick: () => {
              close();
              item.run?.();
            },
          },
          item.before ?? null,
          h(
            "span",
            { class: "menu-label" },
            h("span", { dir: "auto" }, item.label),
            item.hint && h("span", { class: "menu-hint" }, item.hint),
          ),
          item.after ?? null,
        ),
      );
    }
  }
  el.addEventListener("keydown", (event) => arrows(event, [...el.querySelectorAll(".menu-item")]));
  anchor.setAttribute("aria-expanded", "true");
  const shut = open(el, {
    anchor,
    focus: el.querySelector('.menu-item[aria-checked="true"]') ?? el.querySelector(".menu-item"),
    onclose: () => close(),
  });
  close = () => {
    anchor.setAttribute("aria-expanded", "false");
    shut();
  };
  return close;
}

// arrows moves the focus along a list of controls.
export function arrows(event, list, keys = ["ArrowUp", "ArrowDown"]) {
  const at = list.indexOf(document.activeElement);
  let to = -1;
  if (event.key === keys[1]) to = (at + 1) % list.length;
  else if (event.key === keys[0]) to = (at - 1 + list.length) % list.length;
  else if (event.key === "Home") to = 0;
  else if (event.key === "End") to = list.length - 1;
  else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase();
    to =
      [...list.keys()].map((i) => (at + 1 + i) % list.length).find((i) => list[i].textContent.trim().toLowerCase().startsWith(letter)) ??
      -1;
  }
  if (to < 0 || !list[to]) return;
  event.preventDefault();
  list[to].focus();
}

// dialog opens a small modal dialog. buttons: {label, kind, run}; run may return
// false to keep it open.
export function dialog({ title, body, buttons, testid = "dialog" }) {
  const heading = uid("title");
  let close = () => {};
  const el = h(
    "div",
    { class: "backdrop" },
    h(
      "div",
      { class: "dialog", role: "alertdialog", "aria-modal": "true", "aria-labelledby": heading, "data-testid": testid },
      h("h2", { id: heading }, title),
      h("div", { class: "dialog-body" }, body),
      h(
        "div",
        { class: "dialog-buttons" },
        buttons.map((b) =>
          h(
            "button",
            {
              type: "button",
              class: "button " + (b.kind ?? ""),
              onclick: () => {
                if (b.run?.() !== false) close();
              },
            },
            b.label,
          ),
        ),
      ),
    ),
  );
  const shut = open(el, {
    modal: true,
    onclose: () => close(),
    focus: el.querySelector("[data-autofocus], .button.primary, .button.danger"),
  });
  close = shut;
  el.addEventListener("pointerdown", (event) => event.target === el && close());
  return close;
}

// panel opens a floating panel with any content at a button. onclosed runs
// however it was closed.
export function panel(anchor, el, { label, align = "start", focus = null, keepTab = false, onclosed = () => {} } = {}) {
  el.classList.add("menu");
  el.setAttribute("role", "dialog");
  el.setAttribute("aria-label", label);
  el.dataset.align = align;
  anchor.setAttribute("aria-expanded", "true");
  const shut = open(el, { anchor, focus, keepTab, onclose: () => close() });
  function close() {
    if (anchor.getAttribute("aria-expanded") !== "true") return;
    anchor.setAttribute("aria-expanded", "false");
    shut();
    onclosed();
  }
  return { close, again: () => again(el) };
}

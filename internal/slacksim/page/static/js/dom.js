// Building the page. Data only ever becomes text nodes and checked attributes:
// nothing here takes markup.

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

// safeURL returns the address if a person may follow it, else "".
export function safeURL(raw) {
  const text = String(raw ?? "").trim();
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return "";
  try {
    return SAFE_SCHEMES.has(new URL(text).protocol) ? text : "";
  } catch {
    return "";
  }
}

// localImage returns the address of an image this page may load itself: its own
// origin or embedded data. Everything else would be a request to the outside.
export function localImage(raw) {
  const text = String(raw ?? "");
  if (/^data:image\/(png|gif|jpeg|webp);/i.test(text)) return text;
  try {
    const url = new URL(text, location.href);
    return url.origin === location.origin ? url.href : "";
  } catch {
    return "";
  }
}

// h builds an element: h("button", {class: "primary", onclick: f}, "Send").
// Children are nodes or text; null, undefined and false are left out.
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) {
      if (typeof value !== "function") throw new TypeError("a handler must be a function");
      el.addEventListener(name.slice(2), value);
    } else if (name === "class") {
      el.className = value;
    } else if (name === "value" || name === "checked" || name === "selected" || name === "indeterminate") {
      el[name] = value;
    } else if (name === "href") {
      const url = safeURL(value);
      if (url) el.setAttribute("href", url);
    } else if (name === "src") {
      const url = localImage(value);
      if (url) el.setAttribute("src", url);
    } else if (name === "style" || name === "srcdoc" || name === "innerHTML") {
      throw new TypeError(name + " is not set this way");
    } else {
      el.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(el, children);
  return el;
}

export function append(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    el.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return el;
}

export function replace(el, ...children) {
  el.textContent = "";
  return append(el, children);
}

const SVG = "http://www.w3.org/2000/svg";

// Shapes are drawn on a 20 by 20 field with a stroke of the text's colour.
const SHAPES = {
  hash: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h13M3 12.5h13",
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  headset: "M4 12V9.5a6 6 0 0 1 12 0V12M4 11.5h2.5v4.5H4zM13.5 11.5H16v4.5h-2.5z",
  smile: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.3 8.2v.2M12.7 8.2v.2M6.8 11.5a3.6 3.6 0 0 0 6.4 0",
  reply: "M3.5 4.5h13v9H9l-3.5 3v-3h-2z",
  more: "M10 4.8v.4M10 9.8v.4M10 14.8v.4",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3.5 4 17 10 3.5 16l1.8-6zM5.3 10H10",
  bolt: "M11 2.5 4.5 11.5H9.5L9 17.5l6.5-9H10.5z",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.8",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5M7.5 13h5",
  down: "M5.5 8l4.5 4.5L14.5 8",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  globe: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c-4 4-4 10 0 14M10 3c4 4 4 10 0 14",
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
  warn: "M10 3.5 17.5 16.5h-15zM10 8v4M10 14v.2",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  list: "M7.5 5.5h9M7.5 10h9M7.5 14.5h9M4 5.5h.3M4 10h.3M4 14.5h.3",
  home: "M3.5 9.5 10 4l6.5 5.5V16h-4.5v-4H8v4H3.5z",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name] ?? "");
  svg.append(path);
  return svg;
}

// iconButton is a button whose name is spoken and shown as a tooltip.
export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

// sync makes the children of a parent follow a list of {key, sig, make}: a child
// whose sig did not change stays as it is, with focus and scroll position.
export function sync(parent, items) {
  const old = new Map();
  for (const child of parent.children) old.set(child.itemKey, child);
  let at = parent.firstElementChild;
  const changed = [];
  for (const item of items) {
    let el = old.get(item.key);
    if (el && el.itemSig === item.sig) {
      old.delete(item.key);
    } else {
      const fresh = item.make();
      fresh.itemKey = item.key;
      fresh.itemSig = item.sig;
      if (el) {
        const focus = focusKey(el);
        if (el === at) at = el.nextElementSibling;
        el.replaceWith(fresh);
        old.delete(item.key);
        parent.insertBefore(fresh, at);
        restoreFocus(fresh, focus);
      }
      changed.push({ el: fresh, isNew: !el });
      el = fresh;
    }
    if (el === at) at = at.nextElementSibling;
    else if (el.nextElementSibling !== at || el.parentNode !== parent) parent.insertBefore(el, at);
  }
  for (const el of old.values()) el.remove();
  return changed;
}

// focusKey remembers where in an element the focus and the cursor are; null
// says that the focus is elsewhere.
export function focusKey(el) {
  const active = document.activeElement;
  if (!active || !el.contains(active)) return null;
  const cursor = active.matches("textarea, input[type=text]") ? [active.selectionStart, active.selectionEnd] : null;
  return { name: active.closest("[data-focus]")?.dataset.focus ?? "", cursor };
}

// restoreFocus puts the focus back where focusKey found it, or on the element
// itself when that place is gone.
export function restoreFocus(el, key) {
  if (key === null) return;
  const same = key.name && [...el.querySelectorAll("[data-focus]")].find((n) => n.dataset.focus === key.name);
  (same || el).focus({ preventScroll: true });
  if (same && key.cursor && same.matches("textarea, input[type=text]")) same.setSelectionRange(...key.cursor);
}

let counter = 0;
export const uid = (prefix) => `${prefix}-${++counter}`;

const FOCUSABLE =
  'a[href],button:not([disabled]),input:not([disabled]),textarea:not([disabled]),select:not([disabled]),[tabindex]:not([tabindex="-1"])';

export function focusables(el) {
  return [...el.querySelectorAll(FOCUSABLE)].filter((n) => n.offsetParent !== null || n === document.activeElement);
}

// onEnter calls f when Enter is pressed alone. The line break is kept out even
// where typing aids and test drivers send it apart from the key.
export function onEnter(field, f) {
  let taken = false;
  field.addEventListener("keydown", (event) => {
    taken = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!taken) return;
    if (!event.defaultPrevented) f();
    event.preventDefault();
  });
  field.addEventListener("beforeinput", (event) => {
    if (taken && event.inputType === "insertLineBreak") event.preventDefault();
  });
}

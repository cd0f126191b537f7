// What lies over the page: menus, pickers and dialogs. The topmost layer gets
// the keyboard; Escape closes it; focus goes back where it came from.

import { focusables } from "./dom.js";

const layers = []; // {el, modal, close, back}

const root = () => document.getElementById("layers");

function settle() {
  const lastModal = layers.findLastIndex((l) => l.modal);
  document.getElementById("app").inert = lastModal >= 0;
  layers.forEach((l, i) => (l.el.inert = i < lastModal));
}

// open puts an element on top. onclose runs when Escape or a click beside it
// closes it; a modal layer makes everything below unreachable.
// keepTab keeps Tab inside; otherwise Tab closes the layer.
export function open(el, { modal = false, keepTab = false, onclose, anchor = null, focus = null } = {}) {
  const layer = { el, modal, keepTab, onclose, anchor, back: document.activeElement };
  layers.push(layer);
  root().append(el);
  settle();
  if (anchor) place(el, anchor);
  (focus ?? focusables(el)[0] ?? el).focus({ preventScroll: true });
  return () => close(layer);
}

function close(layer) {
  const at = layers.indexOf(layer);
  if (at < 0) return;
  for (const above of layers.splice(at).reverse()) above.el.remove();
  settle();
  const back = layer.back;
  if (back?.isConnected && !back.closest("[inert]")) giveBack(back);
}

// giveBack focuses a control. One that shows only while its message has the
// focus needs the message focused first.
function giveBack(control) {
  control.focus({ preventScroll: true });
  if (document.activeElement === control) return;
  control.closest(".message")?.focus({ preventScroll: true });
  control.focus({ preventScroll: true });
}

function dismiss(layer) {
  if (layer.onclose) layer.onclose();
  else close(layer);
}

export const anyModal = () => layers.some((l) => l.modal);

// place puts a floating element below its anchor, above where there is no room.
function place(el, anchor) {
  const a = anchor.getBoundingClientRect();
  el.style.minWidth = el.dataset.grow === "anchor" ? `${Math.round(a.width)}px` : "";
  const box = el.getBoundingClientRect();
  const below = innerHeight - a.bottom - 8;
  const up = box.height > below && a.top > below;
  const room = Math.max(120, up ? a.top - 12 : below - 4);
  el.style.maxHeight = `${Math.round(room)}px`;
  const height = Math.min(box.height, room);
  const wantLeft = el.dataset.align === "end" ? a.right - box.width : a.left;
  el.style.left = `${Math.round(Math.max(8, Math.min(wantLeft, innerWidth - box.width - 8)))}px`;
  el.style.top = `${Math.round(up ? a.top - height - 4 : a.bottom + 4)}px`;
}

// again places a floating element anew after its content changed.
export function again(el) {
  const layer = layers.find((l) => l.el === el);
  if (!layer?.anchor?.isConnected) return;
  el.style.maxHeight = "";
  place(el, layer.anchor);
}

export function start() {
  document.addEventListener("keydown", (event) => {
    const top = layers.at(-1);
    if (!top) return;
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      dismiss(top);
    } else if (event.key === "Tab" && (top.modal || top.keepTab)) {
      trap(event, top.el);
    } else if (event.key === "Tab") {
      dismiss(top);
    }
  });
  document.addEventListener("pointerdown", (event) => {
    const top = layers.at(-1);
    if (top && !top.modal && !top.el.contains(event.target) && !top.anchor?.contains(event.target)) dismiss(top);
  });
  addEventListener("resize", () => {
    for (const l of layers) if (l.anchor?.isConnected) again(l.el);
  });
}

function trap(event, el) {
  const inside = focusables(el);
  if (inside.length === 0) {
    event.preventDefault();
    return;
  }
  const first = inside[0];
  const last = inside.at(-1);
  const active = document.activeElement;
  if (event.shiftKey && (active === first || !el.contains(active))) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && (active === last || !el.contains(active))) {
    event.preventDefault();
    first.focus();
  }
}

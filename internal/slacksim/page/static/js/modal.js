// Modals: the topmost view of the stack, with its inputs, errors and buttons.

import * as api from "./api.js";
import { renderBlocks } from "./blocks.js";
import { failure, inView } from "./context.js";
import { focusKey, focusables, h, iconButton, replace, restoreFocus } from "./dom.js";
import { forget, formOf } from "./form.js";
import { open } from "./layer.js";
import { plain } from "./mrkdwn.js";
import { changed, store } from "./store.js";

// errors of the view last sent, by view id, and whether an answer is awaited.
const errors = new Map();
const trouble = new Map();
let sending = "";

export function modals() {
  let shown = null; // {id, el, close, sig}

  function draw() {
    const view = store.state.views.at(-1);
    if (!view) {
      if (shown) {
        shown.close();
        forgetView(shown.id);
      }
      shown = null;
      return;
    }
    if (shown && shown.as !== store.at.as) {
      shown.close();
      shown = null;
    }
    const sig = JSON.stringify([
      view.id,
      view.json ?? view.blocks,
      view.errors,
      errors.get(view.id),
      trouble.get(view.id),
      sending === view.id,
      store.state.views.length,
      [...store.failed].filter(([k]) => k.includes(view.id)),
    ]);
    if (!shown) {
      const el = h("div", { class: "backdrop" });
      const close = open(el, { modal: true, onclose: () => dismiss() });
      shown = { el, close, id: "", sig: "", as: store.at.as };
    }
    if (shown.sig === sig) return;
    const fresh = shown.id !== view.id;
    const focus = fresh ? null : focusKey(shown.el);
    const scroll = fresh ? 0 : (shown.el.querySelector(".modal-body")?.scrollTop ?? 0);
    Object.assign(shown, { id: view.id, sig });
    replace(shown.el, dialog(view));
    shown.el.querySelector(".modal-body").scrollTop = scroll;
    if (fresh) start(shown.el);
    else if (focus !== null) restoreFocus(shown.el.firstElementChild, focus);
    if (errors.get(view.id) && !fresh) firstError(shown.el);
  }

  return { draw };
}

function start(el) {
  const body = el.querySelector(".modal-body");
  (focusables(body)[0] ?? el.querySelector(".modal-foot .primary") ?? focusables(el)[0])?.focus({ preventScroll: true });
}

function firstError(el) {
  const bad = el.querySelector(".has-error");
  const at = document.activeElement;
  if (bad && !(at && at.closest(".has-error"))) focusables(bad)[0]?.focus();
}

const plainOf = (v, name, fallback) => {
  const text = v.json?.[name];
  return text ? plain(text) : v[name] || fallback;
};

function dialog(view) {
  const busy = sending === view.id;
  const shownErrors = { ...view.errors, ...errors.get(view.id) };
  const submitLabel = plainOf(view, "submit", "");
  const close = plainOf(view, "close", submitLabel ? "Cancel" : "Close");
  return h(
    "div",
    {
      class: "modal",
      role: "dialog",
      tabindex: "-1",
      "aria-modal": "true",
      "aria-labelledby": "modal-title",
      "aria-busy": String(busy),
      "data-testid": "modal",
      "data-callback": view.callback_id,
    },
    h(
      "div",
      { class: "modal-head" },
      h("h2", { id: "modal-title", dir: "auto" }, plainOf(view, "title", "")),
      iconButton("close", "Close", () => dismiss(), { "data-focus": "close" }),
    ),
    trouble.get(view.id) && h("div", { class: "modal-trouble", role: "alert" }, trouble.get(view.id)),
    h("div", { class: "modal-body" }, renderBlocks(view.blocks, inView(view, shownErrors))),
    h(
      "div",
      { class: "modal-foot" },
      h("span", { class: "from" }, `From ${store.state.app.name}`),
      h(
        "button",
        { type: "button", class: "button", "data-testid": "modal-close", "data-focus": "cancel", onclick: () => dismiss() },
        close,
      ),
      submitLabel &&
        h(
          "button",
          {
            type: "button",
            class: "button primary",
            "data-testid": "modal-submit",
            "data-focus": "submit",
            "aria-busy": String(busy),
            onclick: () => submit(view),
          },
          submitLabel,
        ),
    ),
  );
}

async function submit(view) {
  if (sending) return;
  const form = formOf(`${store.at.as}/${view.id}`, view.values);
  const missing = form.missing(view.blocks);
  trouble.delete(view.id);
  if (Object.keys(missing).length) {
    errors.set(view.id, missing);
    return changed();
  }
  errors.delete(view.id);
  sending = view.id;
  changed();
  const result = await api.act({ do: "submit", view: view.id, form: form.sent(view.blocks) });
  sending = "";
  if (result.errors) errors.set(view.id, result.errors);
  else if (!result.ok)
    trouble.set(view.id, result.error === "operation_timeout" ? "We had some trouble connecting. Try again?" : failure(result.error));
  changed();
}

async function dismiss() {
  const view = store.state.views.at(-1);
  if (!view) return;
  forgetView(view.id);
  store.state.views = store.state.views.slice(0, -1);
  changed();
  await api.act({ do: "close", view: view.id });
}

function forgetView(id) {
  errors.delete(id);
  trouble.delete(id);
  forget(`${store.at.as}/${id}`);
}

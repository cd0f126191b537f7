// The interactive elements of Block Kit. Each is drawn from its JSON and what
// was picked so far; acting goes through ctx.act(element, value).

import { h, icon, iconButton, safeURL } from "./dom.js";
import { dialog, menu } from "./menu.js";
import { plain, textObject } from "./mrkdwn.js";
import { select } from "./selects.js";
import { fromLocalInput, localInput } from "./when.js";

// element draws one. An element we do not know says so instead of vanishing.
export function element(e, ctx) {
  const made = KINDS[e?.type];
  if (!made) return h("span", { class: "unknown" }, `This playground can’t show a “${e?.type ?? "?"}”.`);
  const el = made(e, ctx);
  el.dataset.testid = e.type;
  if (e.action_id) el.dataset.actionId = e.action_id;
  return el;
}

// inInput: the value goes with the form; it is sent at once only if asked for.
const sendsNow = (ctx) => ctx.block?.type !== "input" || ctx.block.dispatch_action === true;

export function commit(e, ctx, value) {
  ctx.form.set(e, ctx.block, value);
  if (sendsNow(ctx)) ask(e.confirm, () => ctx.act(e, value, ctx.block));
}

// ask shows the element's confirm dialog, if it has one, before going on.
function ask(confirm, go) {
  if (!confirm) return go();
  dialog({
    title: plain(confirm.title),
    testid: "confirm",
    body: h("p", { dir: "auto" }, plain(confirm.text)),
    buttons: [
      { label: plain(confirm.deny) },
      { label: plain(confirm.confirm), kind: confirm.style === "danger" ? "danger" : "primary", run: () => void go() },
    ],
  });
}

function button(e, ctx) {
  const url = safeURL(e.url);
  const press = async () => {
    if (el.getAttribute("aria-busy") === "true") return;
    ask(e.confirm, async () => {
      el.setAttribute("aria-busy", "true");
      await ctx.act(e, null, ctx.block);
      el.removeAttribute("aria-busy");
    });
    if (url) window.open(url, "_blank", "noopener,noreferrer");
  };
  const failed = ctx.failed?.(e);
  const el = h(
    "button",
    {
      type: "button",
      class: `button ${["primary", "danger"].includes(e.style) ? e.style : ""}`,
      "data-focus": `action:${e.action_id}`,
      "aria-label": e.accessibility_label ?? null,
      onclick: press,
    },
    h("span", { dir: "auto" }, plain(e.text)),
  );
  if (!failed) return el;
  return h(
    "span",
    { class: "with-warning" },
    el,
    h("span", { class: "warning", role: "img", title: failed, "aria-label": failed }, icon("warn")),
  );
}

// feedback is a pair of buttons of which one is chosen.
function feedback(e, ctx) {
  return h(
    "span",
    { class: "feedback" },
    [e.positive_button, e.negative_button].filter(Boolean).map((b) =>
      h(
        "button",
        {
          type: "button",
          class: "button small",
          "aria-label": b.accessibility_label ?? null,
          "data-focus": `action:${e.action_id}:${b.value}`,
          onclick: () => ctx.act(e, b.value, ctx.block),
        },
        plain(b.text),
      ),
    ),
  );
}

function overflow(e, ctx) {
  const el = iconButton(
    "more",
    "More options",
    () =>
      menu(
        el,
        (e.options ?? []).map((o) => ({
          label: plain(o.text),
          hint: o.description && plain(o.description),
          run: () =>
            ask(e.confirm, () => {
              const url = safeURL(o.url);
              if (url) window.open(url, "_blank", "noopener,noreferrer");
              ctx.act(e, o.value, ctx.block);
            }),
        })),
        { label: "More options" },
      ),
    { class: "icon-button overflow", "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": `action:${e.action_id}` },
  );
  return el;
}

function choices(type) {
  return (e, ctx) => {
    const many = type === "checkbox";
    const held = ctx.form.get(e, ctx.block) ?? (many ? (e.initial_options ?? []).map((o) => o.value) : (e.initial_option?.value ?? ""));
    const name = `choice-${ctx.key}-${ctx.block?.block_id}-${e.action_id}`;
    const boxes = (e.options ?? []).map((o, i) =>
      h("input", {
        type,
        name,
        id: `${name}-${i}`,
        checked: many ? held.includes(o.value) : held === o.value,
        "data-focus": `action:${e.action_id}:${o.value}`,
        onchange: () => commit(e, ctx, many ? (e.options ?? []).filter((_, j) => boxes[j].checked).map((x) => x.value) : o.value),
      }),
    );
    return h(
      "div",
      {
        class: "choices",
        role: many ? "group" : "radiogroup",
        "aria-labelledby": ctx.labelledby ?? null,
        "aria-describedby": ctx.describedby ?? null,
      },
      (e.options ?? []).map((o, i) =>
        h(
          "label",
          { class: "choice", for: `${name}-${i}` },
          boxes[i],
          h(
            "span",
            { class: "choice-text", dir: "auto" },
            textObject(o.text, ctx.world),
            o.description && h("span", { class: "choice-hint" }, textObject(o.description, ctx.world)),
          ),
        ),
      ),
    );
  };
}

function typed(e, ctx, attributes, initial) {
  const multiline = e.multiline === true;
  const value = ctx.form.get(e, ctx.block) ?? initial ?? "";
  const key = `action:${e.action_id}`;
  const onEnter = (e.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes("on_enter_pressed");
  const onType = e.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  const el = h(multiline ? "textarea" : "input", {
    class: "field",
    placeholder: e.placeholder ? plain(e.placeholder) : null,
    value,
    dir: "auto",
    autocomplete: "off",
    "aria-labelledby": ctx.labelledby ?? null,
    "aria-describedby": ctx.describedby ?? null,
    "aria-invalid": ctx.invalid ? "true" : null,
    "aria-required": ctx.block?.type === "input" && !ctx.block.optional ? "true" : null,
    "data-focus": key,
    minlength: e.min_length ?? null,
    maxlength: e.max_length ?? (multiline || e.type === "plain_text_input" ? 3000 : null),
    rows: multiline ? 4 : null,
    ...attributes,
    oninput: () => {
      ctx.form.set(e, ctx.block, el.value);
      if (onType && ctx.block?.dispatch_action) ctx.act(e, el.value, ctx.block);
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && !multiline && !event.isComposing && ctx.block?.dispatch_action && onEnter) {
        event.preventDefault();
        ctx.act(e, el.value, ctx.block);
      }
    },
  });
  return el;
}

const textInput = (e, ctx) => typed(e, ctx, { type: e.multiline ? null : "text" }, e.initial_value);
const numberInput = (e, ctx) => typed(e, ctx, { type: "text", inputmode: e.is_decimal_allowed ? "decimal" : "numeric" }, e.initial_value);

// picker is a date or time; browsers bring the calendar. The value is what the
// field holds, unless toField and fromField translate it.
function picker(type, initial, { toField = (value) => value, fromField = (text) => text } = {}) {
  return (e, ctx) => {
    const value = ctx.form.get(e, ctx.block) ?? initial(e) ?? "";
    const el = h("input", {
      type,
      class: "field picker",
      value: value === "" ? "" : toField(value, ctx),
      "data-focus": `action:${e.action_id}`,
      "aria-labelledby": ctx.labelledby ?? null,
      "aria-describedby": ctx.describedby ?? null,
      "aria-label": ctx.labelledby ? null : e.placeholder ? plain(e.placeholder) : type,
      "aria-invalid": ctx.invalid ? "true" : null,
      onchange: () => commit(e, ctx, el.value && fromField(el.value, ctx)),
    });
    return el;
  };
}

// A moment is seconds since 1970, shown in the person's time zone.
const moment = {
  toField: (seconds, ctx) => localInput(new Date(Number(seconds) * 1000), ctx.world.tz),
  fromField: (text, ctx) => String(fromLocalInput(text, ctx.world.tz).getTime() / 1000),
};

function richInput(e, ctx) {
  const initial = (e.initial_value?.elements ?? []).flatMap((s) => (s.elements ?? []).map((x) => x.text ?? "")).join("");
  return typed({ ...e, multiline: true }, ctx, {}, initial);
}

const KINDS = {
  button,
  workflow_button: button,
  icon_button: button,
  feedback_buttons: feedback,
  overflow,
  checkboxes: choices("checkbox"),
  radio_buttons: choices("radio"),
  plain_text_input: textInput,
  email_text_input: (e, ctx) => typed(e, ctx, { type: "email" }, e.initial_value),
  url_text_input: (e, ctx) => typed(e, ctx, { type: "url" }, e.initial_value),
  number_input: numberInput,
  rich_text_input: richInput,
  datepicker: picker("date", (e) => e.initial_date),
  timepicker: picker("time", (e) => e.initial_time),
  datetimepicker: picker("datetime-local", (e) => e.initial_date_time, moment),
};
for (const kind of ["static", "external", "users", "conversations", "channels"]) {
  KINDS[`${kind}_select`] = select;
  KINDS[`multi_${kind}_select`] = select;
}

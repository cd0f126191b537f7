// Selects: one or many, of options given, asked of the app, people, channels.

import { h, icon, uid } from "./dom.js";
import { commit } from "./elements.js";
import { plain } from "./mrkdwn.js";
import { panel } from "./menu.js";

// listed returns the choices known at once: [{text, value, description, group}].
function listed(e, ctx) {
  const { people, channels } = ctx.world;
  const option = (o, group = "") => ({
    text: plain(o.text),
    value: o.value,
    description: o.description ? plain(o.description) : "",
    group,
  });
  if (e.type.includes("static")) {
    if (e.option_groups) return e.option_groups.flatMap((g) => g.options.map((o) => option(o, plain(g.label))));
    return (e.options ?? []).map((o) => option(o));
  }
  const folk = () =>
    Object.values(people)
      .filter((p) => !p.deleted)
      .map((p) => ({ text: p.name, value: p.id, description: p.real_name !== p.name ? p.real_name : "", group: "" }));
  const rooms = (list) =>
    list.map((c) => ({ text: (c.is_im ? "" : c.is_private ? "🔒 " : "# ") + c.name, value: c.id, description: "", group: "" }));
  if (e.type.includes("users")) return folk();
  if (e.type.includes("channels")) return rooms(channels.filter((c) => offered(c, { include: ["public"] })));
  if (e.type.includes("conversations")) return rooms(channels.filter((c) => offered(c, e.filter, people)));
  return [];
}

// offered says whether a menu of conversations lists this one.
function offered(c, filter = {}, people = {}) {
  const kind = c.is_im ? "im" : c.is_mpim ? "mpim" : c.is_private ? "private" : "public";
  if (c.is_archived || (filter.include && !filter.include.includes(kind))) return false;
  if (filter.exclude_external_shared_channels && c.is_ext_shared) return false;
  return !(filter.exclude_bot_users && c.is_im && people[c.with]?.bot);
}

const kindOf = (e) =>
  e.type.includes("static")
    ? "option"
    : e.type.includes("users")
      ? "user"
      : e.type.includes("channels")
        ? "channel"
        : e.type.includes("conversations")
          ? "conversation"
          : "option";

function initial(e) {
  const kind = kindOf(e);
  if (kind === "option") return e.initial_options?.map((o) => o.value) ?? (e.initial_option ? [e.initial_option.value] : []);
  return e[`initial_${kind}s`] ?? (e[`initial_${kind}`] ? [e[`initial_${kind}`]] : []);
}

// Words of options the app suggested, to show them after they were picked.
const remembered = new Map();

function wordsFor(e, ctx, value) {
  const given = listed(e, ctx).find((o) => o.value === value);
  const first = [e.initial_option, ...(e.initial_options ?? [])].find((o) => o?.value === value);
  return given?.text ?? (first ? plain(first.text) : remembered.get(`${e.action_id}/${value}`)) ?? value;
}

// select draws the control; pressing it opens the list.
export function select(e, ctx) {
  const many = e.type.startsWith("multi_");
  const held = ctx.form.get(e, ctx.block);
  let picked = held === undefined ? initial(e) : [held].flat().filter(Boolean);
  const label = e.placeholder ? plain(e.placeholder) : many ? "Choose some options" : "Choose an option";
  const value = uid("value");
  const control = h("button", {
    type: "button",
    class: "select-control",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "data-focus": `action:${e.action_id}`,
    "aria-labelledby": [ctx.labelledby, value].filter(Boolean).join(" "),
    "aria-describedby": ctx.describedby ?? null,
    "data-invalid": ctx.invalid ? "true" : null,
    onclick: () => openList(),
    onkeydown: (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        openList();
      } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        openList(event.key); // typing searches at once
      }
    },
  });
  const box = h("span", { class: "select" + (many ? " many" : "") }, control);
  draw();
  return box;

  function draw() {
    const words = picked.map((v) => wordsFor(e, ctx, v));
    control.textContent = "";
    control.append(
      many && words.length
        ? h(
            "span",
            { class: "chips", id: value },
            words.map((w) => h("span", { class: "chip", dir: "auto" }, w)),
          )
        : h("span", { class: "select-value" + (words.length ? "" : " placeholder"), id: value, dir: "auto" }, words[0] ?? label),
      icon("down"),
    );
  }

  function openList(typed = "") {
    if (control.getAttribute("aria-expanded") === "true") return;
    const before = JSON.stringify(picked);
    let close = () => {};
    const list = listbox(e, ctx, {
      many,
      picked: () => picked,
      label,
      finish: () => close(),
      choose(option) {
        remembered.set(`${e.action_id}/${option.value}`, option.text);
        if (many)
          picked = picked.includes(option.value)
            ? picked.filter((v) => v !== option.value)
            : [...picked, option.value].slice(0, e.max_selected_items ?? 100);
        else picked = [option.value];
        draw();
        if (!many) close();
      },
    });
    list.el.dataset.grow = "anchor";
    const open = panel(control, list.el, {
      label,
      focus: list.input,
      onclosed: () => JSON.stringify(picked) !== before && commit(e, ctx, many ? picked : picked[0]),
    });
    close = open.close;
    list.onresize = open.again;
    open.again();
    if (typed) list.type(typed);
  }
}

// listbox is the open list with its search field.
function listbox(e, ctx, { many, picked, choose, finish, label }) {
  const external = e.type.includes("external");
  const least = external ? (e.min_query_length ?? 3) : 0;
  const id = uid("list");
  const input = h("input", {
    class: "field",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": id,
    "aria-autocomplete": "list",
    "aria-label": label,
    placeholder: external ? "Type to search" : "Filter",
    autocomplete: "off",
    "data-testid": "select-search",
    dir: "auto",
  });
  const list = h("div", { class: "options", role: "listbox", id, "aria-multiselectable": many ? "true" : null, "aria-label": label });
  const status = h("div", { class: "options-status", role: "status" });
  const el = h(
    "div",
    { class: "listbox", "data-testid": "listbox" },
    h("div", { class: "options-search" }, input),
    status,
    list,
    many && h("div", { class: "options-foot" }, h("button", { type: "button", class: "button small", onclick: () => finish() }, "Done")),
  );
  const self = {
    el,
    input,
    onresize: () => {},
    type(text) {
      input.value = text;
      input.dispatchEvent(new Event("input"));
    },
  };
  let options = [];
  let active = 0;
  let turn = 0;

  function show(found, words) {
    options = found;
    active = Math.max(
      0,
      options.findIndex((o) => picked().includes(o.value)),
    );
    status.textContent = words;
    draw();
    self.onresize();
  }

  function draw() {
    list.textContent = "";
    let group = "";
    options.forEach((o, i) => {
      if (o.group && o.group !== group) list.append(h("div", { class: "menu-heading", role: "presentation" }, o.group));
      group = o.group ?? "";
      const chosen = picked().includes(o.value);
      list.append(
        h(
          "div",
          {
            class: "option" + (i === active ? " active" : ""),
            role: "option",
            id: `${id}-${i}`,
            "aria-selected": String(chosen),
            "data-value": o.value,
            onpointermove: () => active !== i && point(i),
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => take(i),
          },
          h(
            "span",
            { class: "menu-label" },
            h("span", { dir: "auto" }, o.text),
            o.description && h("span", { class: "menu-hint", dir: "auto" }, o.description),
          ),
          chosen && icon("check"),
        ),
      );
    });
    input.setAttribute("aria-activedescendant", options.length ? `${id}-${active}` : "");
  }

  function point(i) {
    list.querySelector(".active")?.classList.remove("active");
    active = i;
    const el = document.getElementById(`${id}-${i}`);
    el?.classList.add("active");
    el?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${id}-${i}`);
  }

  function take(i) {
    if (!options[i]) return;
    choose(options[i]);
    if (many) draw();
  }

  async function search() {
    const query = input.value.trim();
    if (!external) {
      const wanted = query.toLowerCase();
      const found = listed(e, ctx).filter((o) => `${o.text} ${o.description}`.toLowerCase().includes(wanted));
      return show(found, found.length ? "" : "Nothing matches");
    }
    const mine = ++turn;
    if (query.length < least)
      return show([], `Type ${least - query.length} more character${least - query.length === 1 ? "" : "s"} to search`);
    status.textContent = "Searching…";
    const answer = await ctx.suggest(e, query, ctx.block);
    if (mine !== turn) return;
    if (!answer.ok) return show([], "The app did not answer with options. Try again.");
    show(answer.options ?? [], answer.options?.length ? "" : "No results");
  }

  let wait;
  input.addEventListener("input", () => {
    clearTimeout(wait);
    if (external) {
      turn++;
      wait = setTimeout(search, 200);
    } else search();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 };
    if (event.key in moves && options.length) {
      event.preventDefault();
      point(Math.min(options.length - 1, Math.max(0, moves[event.key])));
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(active);
    }
  });
  search();
  return self;
}

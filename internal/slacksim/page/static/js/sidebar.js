// The sidebar: workspace, channels, direct messages, the app.

import * as api from "./api.js";
import { avatar } from "./avatar.js";
import { h, icon, iconButton, replace } from "./dom.js";
import { menu } from "./menu.js";
import { go, me, nameOf, person, store } from "./store.js";
import { openSwitcher } from "./switcher.js";

export function sidebar() {
  const el = h("nav", { class: "sidebar", "aria-label": "Workspace", "data-testid": "sidebar" });
  let drawn = "";
  el.draw = () => {
    const { state, at } = store;
    const sig = JSON.stringify([
      state.workspace,
      state.channels,
      at.channel,
      at.home,
      at.as,
      state.app,
      Object.values(state.people).map((p) => p.name),
    ]);
    if (sig === drawn) return;
    drawn = sig;
    const focus = el.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    const rooms = state.channels.filter((c) => !c.is_im && !c.is_mpim && c.is_member && !c.is_archived);
    const others = state.channels.filter((c) => !c.is_im && !c.is_mpim && !c.is_member && !c.is_archived);
    const plus =
      others.length > 0 &&
      iconButton(
        "more",
        "Other channels",
        () =>
          menu(
            plus,
            others.map((c) => ({ label: "# " + c.name, hint: c.topic, run: () => go({ channel: c.id }) })),
            { label: "Other channels" },
          ),
        { "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": "other-channels" },
      );
    replace(
      el,
      h(
        "div",
        { class: "workspace" },
        h("span", { class: "workspace-mark", "aria-hidden": "true" }, state.workspace.slice(0, 1)),
        h("strong", { dir: "auto" }, state.workspace),
      ),
      h(
        "button",
        { type: "button", class: "jump", onclick: () => openSwitcher(), "data-testid": "jump", "data-focus": "jump" },
        icon("search"),
        h("span", {}, "Jump to…"),
        h("kbd", {}, /Mac/.test(navigator.platform) ? "⌘ K" : "Ctrl K"),
      ),
      h(
        "div",
        { class: "scroll" },
        section("Channels", rooms.map(channelRow), plus),
        section("Direct messages", directRows(state)),
        hasApp(state, at) && section("Apps", [appRow(state, at)]),
      ),
    );
    if (focus) [...el.querySelectorAll("[data-focus]")].find((n) => n.dataset.focus === focus)?.focus();
  };
  return el;
}

function section(title, rows, extra = null) {
  if (rows.length === 0 && !extra) return null;
  return h(
    "section",
    { class: "side-section" },
    h("div", { class: "side-title" }, h("h2", {}, title), extra),
    h(
      "ul",
      {},
      rows.map((r) => h("li", {}, r)),
    ),
  );
}

function row(c, lead, label, after) {
  const here = !store.at.home && store.at.channel === c.id;
  return h(
    "button",
    {
      type: "button",
      class: "side-row" + (here ? " here" : "") + (c.unread && !here ? " unread" : ""),
      "aria-current": here ? "page" : null,
      "data-focus": `side:${c.id}`,
      "data-testid": `channel-${c.name}`,
      "data-channel": c.id,
      onclick: () => go({ channel: c.id }),
    },
    lead,
    h("span", { class: "side-label", dir: "auto" }, label),
    after,
    c.unread && !here ? h("span", { class: "count", "aria-label": `${c.unread} unread` }, String(c.unread)) : null,
  );
}

function channelRow(c) {
  return row(
    c,
    h("span", { class: "side-icon" }, icon(c.is_private ? "lock" : "hash")),
    [c.name, c.is_private && h("span", { class: "hidden" }, " (private)")],
    [
      c.is_ext_shared && h("span", { class: "side-note", title: "Shared with another organisation" }, icon("globe")),
      c.huddle && h("span", { class: "side-note live", title: "A huddle is happening" }, icon("headset")),
    ],
  );
}

// Direct messages that exist, then the other people of the switch.
function directRows(state) {
  const open = state.channels.filter((c) => (c.is_im || c.is_mpim) && !c.app && c.with !== store.at.as);
  const known = new Set(open.map((c) => c.with));
  return [
    ...open.map(directRow),
    ...state.switch
      .filter((id) => id !== store.at.as && !known.has(id) && person(id))
      .map((id) =>
        h(
          "button",
          {
            type: "button",
            class: "side-row",
            "data-focus": `side:${id}`,
            "data-testid": `person-${person(id).handle}`,
            onclick: () => writeTo(id),
          },
          avatar(id, "small"),
          h("span", { class: "side-label", dir: "auto" }, nameOf(id)),
        ),
      ),
  ];
}

function directRow(c) {
  const p = person(c.with);
  return row(
    c,
    avatar(c.with ?? "", "small"),
    p?.name ?? c.name,
    c.huddle && h("span", { class: "side-note live", title: "A huddle is happening" }, icon("headset")),
  );
}

// hasApp: an app is not installed for people of other organisations; they see it
// only when it wrote to them.
const hasApp = (state, at) => !me().external || at.home || at.channel === state.app.dm || state.channels.some((c) => c.app && c.unread);

function appRow(state, at) {
  const dm = state.channels.find((c) => c.id === state.app.dm);
  const here = at.home || at.channel === state.app.dm;
  const unread = dm?.unread && !here;
  return h(
    "button",
    {
      type: "button",
      class: "side-row" + (here ? " here" : "") + (unread ? " unread" : ""),
      "aria-current": here ? "page" : null,
      "data-focus": "side:app",
      "data-testid": "app-row",
      onclick: () => (unread ? go({ channel: state.app.dm }) : go({ home: true })),
    },
    avatar(state.app.user, "small"),
    h("span", { class: "side-label" }, state.app.name),
    unread ? h("span", { class: "count", "aria-label": `${dm.unread} unread` }, String(dm.unread)) : null,
  );
}

// writeTo opens the direct message with a person.
export async function writeTo(id) {
  const result = await api.act({ do: "dm", user: id });
  if (result.channel) await go({ channel: result.channel });
}

// The head of the conversation: its name, the huddle, the app's tabs.

import * as api from "./api.js";
import { avatar, badges, stack } from "./avatar.js";
import { h, icon, replace } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { world } from "./context.js";
import { go, nameOf, openChannel, person, store } from "./store.js";

export function header() {
  const el = h("header", { class: "place-head" });
  let drawn = "";
  el.draw = () => {
    const { state, at } = store;
    const c = openChannel();
    const app = at.home || at.channel === state.app.dm;
    const huddle = c && state.huddles.find((x) => x.channel === c.id);
    const sig = JSON.stringify([at, c, huddle, state.app, Object.values(state.people).map((p) => p.name)]);
    if (sig === drawn) return;
    drawn = sig;
    const focus = el.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    if (app) replace(el, ...appHead(state, at));
    else if (c)
      replace(
        el,
        h("div", { class: "place-line" }, title(c), h("div", { class: "place-tools" }, members(c), !huddle && startButton(c))),
        huddle && bar(huddle),
      );
    else replace(el);
    if (focus) (el.querySelector(`[data-focus="${focus}"]`) ?? el.querySelector("button"))?.focus();
  };
  return el;
}

function title(c) {
  const p = c.is_im ? person(c.with) : null;
  return h(
    "div",
    { class: "place-title" },
    h(
      "h1",
      { "data-testid": "place" },
      p ? avatar(p.id, "small") : h("span", { class: "side-icon" }, icon(c.is_private ? "lock" : "hash")),
      h("span", { dir: "auto" }, p?.name ?? c.name),
      badges(p, true),
      c.is_private && h("span", { class: "hidden" }, " (private channel)"),
      c.is_ext_shared && h("span", { class: "badge external" }, icon("globe"), "Shared with another organisation"),
    ),
    c.topic && h("div", { class: "topic", dir: "auto" }, mrkdwn(c.topic, world())),
  );
}

function members(c) {
  if (c.is_im) return null;
  return h(
    "span",
    { class: "members", title: c.members.map(nameOf).join(", ") },
    stack(
      c.members.filter((id) => !person(id)?.bot),
      3,
    ),
    h("span", {}, String(c.members.length)),
    h("span", { class: "hidden" }, " members"),
  );
}

function startButton(c) {
  if (!c.is_member && !c.is_im) return null;
  return h(
    "button",
    {
      type: "button",
      class: "button",
      "data-testid": "huddle-start",
      "data-focus": "huddle-start",
      onclick: () => api.act({ do: "huddle", channel: c.id }),
    },
    icon("headset"),
    "Huddle",
  );
}

// bar shows a huddle that runs here and who is in it.
function bar(huddle) {
  const inside = huddle.participants.includes(store.at.as);
  const room = huddle.room;
  const names = huddle.participants.map((id) => (id === store.at.as ? "You" : nameOf(id)));
  return h(
    "div",
    { class: "huddle-bar", role: "region", "aria-label": "Huddle", "data-testid": "huddle" },
    icon("headset"),
    stack(huddle.participants),
    h("span", { class: "huddle-names", "data-testid": "huddle-names" }, names.join(", ") || "Nobody is in the huddle"),
    inside
      ? h(
          "button",
          {
            type: "button",
            class: "button small",
            "data-testid": "huddle-leave",
            "data-focus": "huddle-leave",
            onclick: () => api.act({ do: "huddle_quit", room }),
          },
          "Leave",
        )
      : h(
          "button",
          {
            type: "button",
            class: "button small primary",
            "data-testid": "huddle-join",
            "data-focus": "huddle-join",
            onclick: () => api.act({ do: "huddle_join", room }),
          },
          "Join",
        ),
    h(
      "button",
      {
        type: "button",
        class: "button small",
        "data-testid": "huddle-end",
        "data-focus": "huddle-end",
        onclick: () => api.act({ do: "huddle_end", room }),
      },
      "End for everybody",
    ),
  );
}

function appHead(state, at) {
  const tab = (label, on, run, id) =>
    h(
      "button",
      {
        type: "button",
        class: "tab",
        role: "tab",
        "aria-selected": String(on),
        tabindex: on ? "0" : "-1",
        "data-focus": id,
        "data-testid": id,
        onclick: run,
      },
      label,
    );
  const tabs = h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": state.app.name },
    tab("Home", at.home, () => go({ home: true }), "tab-home"),
    tab("Messages", !at.home, () => go({ channel: state.app.dm }), "tab-messages"),
  );
  tabs.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = tabs.querySelector('[aria-selected="false"]');
    other.focus();
    other.click();
  });
  return [
    h(
      "div",
      { class: "place-line" },
      h(
        "div",
        { class: "place-title" },
        h("h1", { "data-testid": "place" }, avatar(state.app.user, "small"), state.app.name, h("span", { class: "badge" }, "App")),
      ),
    ),
    tabs,
  ];
}

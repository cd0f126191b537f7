// What belongs to the playground and not to Slack: who we are, the clock, the
// things to try.

import * as api from "./api.js";
import { avatar, badges } from "./avatar.js";
import { h, icon, iconButton, replace } from "./dom.js";
import { menu, panel } from "./menu.js";
import { changed, go, me, nameOf, now, person, store } from "./store.js";
import { clockTime, localInput, shortDay } from "./when.js";

// bar is the strip on top.
export function bar() {
  const who = h("button", {
    type: "button",
    class: "bar-button who",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "data-testid": "who",
    onclick: () => people(who),
  });
  const clock = h("button", {
    type: "button",
    class: "bar-button",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    "data-testid": "clock",
    onclick: () => clockPanel(clock),
  });
  const fixed = h("span", { class: "bar-clock" });
  const tries = h(
    "button",
    {
      type: "button",
      class: "bar-button",
      "aria-pressed": "false",
      "data-testid": "tries-toggle",
      onclick: () => {
        store.tries = !store.tries || Boolean(store.at.thread);
        if (store.at.thread) go({ thread: "" });
        changed();
      },
    },
    icon("list"),
    "Things to try",
  );
  const offline = h("span", { class: "offline", role: "status" });
  const el = h(
    "div",
    { class: "bar", role: "banner" },
    h("span", { class: "bar-title" }, h("strong", {}, "Playground"), h("span", {}, "A simulated workspace. Nothing leaves this computer.")),
    offline,
    clock,
    fixed,
    tries,
    who,
  );
  let drawn = "";
  el.draw = () => {
    const tz = me().tz;
    const date = now();
    const time = `${shortDay(date, tz)}, ${clockTime(date, tz)}`;
    const on = store.tries && !store.at.thread;
    const sig = JSON.stringify([store.at.as, me(), time, store.state.movable, on, store.state.tries.length, store.online]);
    if (sig === drawn) return;
    drawn = sig;
    clock.hidden = !store.state.movable;
    fixed.hidden = store.state.movable;
    replace(store.state.movable ? clock : fixed, icon("clock"), h("span", { "data-testid": "time" }, time));
    clock.setAttribute("aria-label", `Clock: ${time}. Move it`);
    tries.hidden = store.state.tries.length === 0;
    tries.setAttribute("aria-pressed", String(on));
    replace(who, avatar(store.at.as, "small"), h("span", { class: "who-name", dir: "auto" }, me().name), badges(me()), icon("down"));
    who.setAttribute("aria-label", `You are ${me().name}. Switch person`);
    offline.textContent = store.online ? "" : "Reconnecting…";
  };
  setInterval(() => store.state && el.draw(), 5000);
  return el;
}

function people(anchor) {
  menu(
    anchor,
    [
      { heading: "See the workspace as" },
      ...store.state.switch.map((id) => {
        const p = person(id);
        return {
          label: p?.name ?? id,
          testid: `as-${id}`,
          checked: id === store.at.as,
          before: avatar(id, "medium"),
          after: badges(p),
          hint: [p?.real_name !== p?.name && p?.real_name, p?.title, `${clockTime(now(), p?.tz)} in ${zone(p?.tz)}`]
            .filter(Boolean)
            .join(" · "),
          run: () => go({ as: id }),
        };
      }),
    ],
    { label: "Switch person", align: "end" },
  );
}

const zone = (tz) => (tz ?? "UTC").split("/").at(-1).replace(/_/g, " ");

function clockPanel(anchor) {
  const tz = me().tz;
  const field = h("input", {
    type: "datetime-local",
    class: "field",
    value: localInput(now(), tz),
    "aria-label": "Date and time",
    "data-testid": "clock-custom",
  });
  const words = h("div", { class: "field-error", role: "alert" });
  const move = async (to) => {
    const result = await api.moveClock(to);
    if (result.ok) open.close();
    else words.textContent = result.error;
  };
  const choice = (label, to, testid) =>
    h("button", { type: "button", class: "menu-item", "data-testid": testid, onclick: () => move(to) }, label);
  const el = h(
    "div",
    { class: "clock-panel" },
    h("div", { class: "menu-heading" }, "Move the workspace’s clock"),
    choice("One hour on", { advance: "1h" }, "clock-hour"),
    choice("One day on", { advance: "24h" }, "clock-day"),
    choice("Next morning, 09:00", { next: "morning" }, "clock-morning"),
    choice("Next Monday, 09:00", { next: "monday" }, "clock-monday"),
    choice("One week on", { advance: "168h" }, "clock-week"),
    h("div", { class: "menu-rule" }),
    h(
      "form",
      {
        class: "clock-custom",
        onsubmit: (event) => {
          event.preventDefault();
          move({ local: field.value });
        },
      },
      h("label", {}, "To a time of your choice", field),
      h("button", { type: "submit", class: "button small primary" }, "Move"),
    ),
    words,
    h("div", { class: "menu-note" }, `Times are ${zone(tz)} time, as ${me().name} sees them. The clock only moves forward.`),
  );
  const open = panel(anchor, el, { label: "Clock", align: "end", keepTab: true });
}

const COUNTS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

// tries is the panel of things to try. put fills the composer.
export function tries(put) {
  const el = h("aside", { class: "side-panel tries", "aria-label": "Things to try", "data-testid": "tries" });
  let drawn = "";
  el.draw = () => {
    const list = store.state.tries;
    const sig = JSON.stringify([
      list,
      Object.values(store.state.people).map((p) => p.name),
    ]);
    if (sig === drawn) return;
    drawn = sig;
    const title = `${COUNTS[list.length] ?? list.length} ${list.length === 1 ? "thing" : "things"} to try`;
    replace(
      el,
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, title),
        iconButton("close", "Hide things to try", () => {
          store.tries = false;
          changed();
        }),
      ),
      h("p", { class: "panel-intro" }, "“Do it” takes you there and fills in the words. You send them."),
      h(
        "ol",
        { class: "cards" },
        list.map((t, i) => card(t, i, put)),
      ),
    );
  };
  return el;
}

function card(t, i, put) {
  const place = t.home ? `${store.state.app.name}’s Home` : t.place || `a message to ${store.state.app.name}`;
  return h(
    "li",
    { class: "card", "data-testid": `try-${i + 1}` },
    h("div", { class: "card-head" }, h("span", { class: "card-number", "aria-hidden": "true" }, String(i + 1)), h("h3", {}, t.title)),
    t.why && h("p", {}, t.why),
    t.text && h("div", { class: "card-text", dir: "auto" }, t.text),
    t.how && h("p", { class: "quiet" }, t.how),
    h(
      "div",
      { class: "card-foot" },
      h("span", { class: "card-where" }, avatar(t.person, "small"), h("span", { dir: "auto" }, `${nameOf(t.person)} · ${place}`)),
      h(
        "button",
        {
          type: "button",
          class: "button small inviting",
          "aria-label": `Do it: ${t.title}`,
          onclick: async () => {
            await go({ as: t.person, ...(t.home ? { home: true } : {}) });
            if (t.home) return;
            await go({ channel: t.channel || store.state.app.dm, points: t.ts });
            put(t.text ?? "");
          },
        },
        "Do it",
      ),
    ),
  );
}

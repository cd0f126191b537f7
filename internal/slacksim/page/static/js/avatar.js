// People as they are shown: initials on a calm colour, name and badges.

import { h, icon } from "./dom.js";
import { person, store } from "./store.js";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const first = (word) => [...segmenter.segment(word)][0]?.segment ?? "";

function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N}\p{M}\s]/gu, " ")
    .trim()
    .split(/\s+/)
    .filter((w) => !/^(dr|mr|ms|mrs|prof)$/i.test(w));
  if (words.length === 0) return "?";
  if (words.length === 1 || !/\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}/u.test(words[0])) return first(words[0]).toUpperCase();
  return (first(words[0]) + first(words.at(-1))).toUpperCase();
}

// colour gives neighbours in the workspace different colours.
const colour = (id) => Math.max(0, Object.keys(store.state.people).indexOf(id)) % 10;

// avatar is decoration: the name stands beside it.
export function avatar(id, size = "medium") {
  const p = person(id);
  if (id === store.state.app.user)
    return h("span", { class: `avatar ${size} app`, "aria-hidden": "true" }, h("span", {}, first(store.state.app.name)));
  if (id === "USLACKBOT") return h("span", { class: `avatar ${size} slackbot`, "aria-hidden": "true" }, icon("bolt"));
  return h("span", { class: `avatar ${size} tint-${colour(id)}`, "aria-hidden": "true" }, h("span", {}, initials(p?.name ?? "?")));
}

// badges tell what kind of member somebody is; beside a message only what
// matters for what one says to them.
export function badges(p, brief = false) {
  if (!p) return [];
  return [
    p.bot && h("span", { class: "badge" }, "App"),
    p.external && h("span", { class: "badge external", title: "From another organisation" }, icon("globe"), "External"),
    p.guest && h("span", { class: "badge" }, "Guest"),
    !brief && p.admin && h("span", { class: "badge quiet" }, "Admin"),
    p.deleted && h("span", { class: "badge quiet" }, "Deactivated"),
  ];
}

// stack is a row of small faces.
export const stack = (ids, limit = 4) =>
  h(
    "span",
    { class: "stack" },
    ids.slice(0, limit).map((id) => avatar(id, "small")),
  );

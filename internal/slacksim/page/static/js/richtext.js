// The rich_text block: structure instead of marks. Nothing in it is parsed.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelLink, emojiNode, link, mention } from "./mrkdwn.js";
import { slackDate } from "./when.js";

export function richText(block, world) {
  return h(
    "div",
    { class: "rich-text" },
    groupLists(block.elements ?? []).map((el) => (Array.isArray(el) ? nested(el, world) : part(el, world))),
  );
}

// Slack sends a nested list as neighbours with a growing indent.
function groupLists(elements) {
  const out = [];
  for (const el of elements) {
    if (el.type !== "rich_text_list") out.push(el);
    else if (Array.isArray(out.at(-1))) out.at(-1).push(el);
    else out.push([el]);
  }
  return out;
}

function nested(lists, world) {
  return lists.map((list) => {
    const tag = list.style === "ordered" ? "ol" : "ul";
    const start = list.style === "ordered" && list.offset ? Number(list.offset) + 1 : null;
    return h(
      tag,
      { class: `rich-list indent-${Math.min(8, list.indent ?? 0)}`, start },
      (list.elements ?? []).map((item) => h("li", {}, sections(item, world))),
    );
  });
}

function part(el, world) {
  switch (el.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, sections(el, world));
    case "rich_text_preformatted":
      return h("pre", { class: "code-block" }, sections(el, world));
    case "rich_text_quote":
      return h("blockquote", {}, sections(el, world));
    default:
      return null;
  }
}

const sections = (el, world) => (el.elements ?? []).map((e) => styled(leaf(e, world), e.style));

function styled(node, style) {
  if (!node || !style) return node;
  if (style.code) node = h("code", {}, node);
  if (style.strike) node = h("s", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.bold) node = h("strong", {}, node);
  return node;
}

function leaf(e, world) {
  switch (e.type) {
    case "text":
      return lines(e.text ?? "");
    case "link":
      return link(e.url, e.text || e.url);
    case "user":
      return mention(e.user_id, "", world);
    case "channel":
      return channelLink(e.channel_id, "", world);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "broadcast":
      return h("span", { class: "mention broadcast" }, "@" + e.range);
    case "emoji":
      return emojiNode(e.name ?? "", emoji(e.name ?? "") || `:${e.name}:`);
    case "date":
      return h("time", {}, slackDate(e.timestamp, e.format ?? "{date}", world.now, world.tz) ?? e.fallback);
    case "color":
      return h("code", {}, e.value);
    default:
      return null;
  }
}

function lines(text) {
  const out = document.createDocumentFragment();
  text.split("\n").forEach((line, i) => {
    if (i > 0) out.append(h("br"));
    out.append(line);
  });
  return out;
}

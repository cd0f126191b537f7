// Slack's own text form, as DOM. The text holds <…> tokens and the three
// entities &amp; &lt; &gt;; every other character is just itself.

import { h, safeURL } from "./dom.js";
import { emoji } from "./emoji.js";
import { slackDate } from "./when.js";

// entities undoes Slack's escaping, once.
export const entities = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);

// mrkdwn renders text into a list of nodes. world says who and what is known:
// {people, channels, me, app, now, tz, open(channelID)}. verbatim leaves bare
// links and names alone.
export function mrkdwn(text, world, verbatim = false) {
  const out = [];
  const parts = String(text ?? "").split(/```([\s\S]+?)```/);
  parts.forEach((part, i) => {
    if (i % 2) out.push(h("pre", { class: "code-block" }, inlineCode(part.replace(/^\n|\n$/g, ""), world)));
    else if (part) out.push(...blocks(trimAround(part, i > 0, i < parts.length - 1), world, verbatim));
  });
  return out;
}

// A line break next to a code block is the block's own.
const trimAround = (part, after, before) => {
  if (after) part = part.replace(/^\n/, "");
  return before ? part.replace(/\n$/, "") : part;
};

const QUOTE = /^(?:&gt;|>(?!>>))[ \t]?/;
const LONG_QUOTE = /^(?:&gt;&gt;&gt;|>>>)[ \t]?/;
const ITEM = /^(\s*)([•◦▪‣-]|\d{1,3}\.)[ \t]+(.*)$/;

function blocks(text, world, verbatim) {
  const out = [];
  const lines = text.split("\n");
  let plain = [];
  const flush = () => {
    if (plain.length) out.push(h("span", { class: "lines" }, joined(plain, world, verbatim)));
    plain = [];
  };
  for (let i = 0; i < lines.length; i++) {
    if (LONG_QUOTE.test(lines[i])) {
      flush();
      out.push(h("blockquote", {}, joined([lines[i].replace(LONG_QUOTE, ""), ...lines.slice(i + 1)], world, verbatim)));
      return out;
    }
    if (QUOTE.test(lines[i])) {
      flush();
      const quoted = [];
      while (i < lines.length && QUOTE.test(lines[i])) quoted.push(lines[i++].replace(QUOTE, ""));
      i--;
      out.push(h("blockquote", {}, joined(quoted, world, verbatim)));
    } else if (ITEM.test(lines[i])) {
      flush();
      const [, indent, mark, rest] = ITEM.exec(lines[i]);
      const depth = Math.min(3, Math.floor(indent.length / 2));
      out.push(
        h(
          "span",
          { class: `list-line depth-${depth}` },
          h("span", { class: "mark" }, mark + " "),
          h("span", {}, inline(rest, world, verbatim)),
        ),
      );
    } else {
      plain.push(lines[i]);
    }
  }
  flush();
  return out;
}

function joined(lines, world, verbatim) {
  return lines.flatMap((line, i) => [i > 0 && h("br"), ...inline(line, world, verbatim)]);
}

const MARKS = { "*": "strong", _: "em", "~": "s" };
const wordChar = /[\p{L}\p{N}]/u;

// inline renders one line.
export function inline(text, world, verbatim = false) {
  const out = [];
  let run = "";
  const flush = () => {
    if (run) out.push(...leaves(run, world, verbatim));
    run = "";
  };
  for (let i = 0; i < text.length;) {
    const c = text[i];
    if (c === "<") {
      const end = text.indexOf(">", i);
      const made = end > i + 1 ? token(text.slice(i + 1, end), world) : null;
      if (made) {
        flush();
        out.push(made);
        i = end + 1;
        continue;
      }
    } else if (c === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > i + 1) {
        flush();
        out.push(h("code", {}, inlineCode(text.slice(i + 1, end), world)));
        i = end + 1;
        continue;
      }
    } else if (MARKS[c] && opens(text, i)) {
      const end = closing(text, i);
      if (end > 0) {
        flush();
        out.push(h(MARKS[c], {}, inline(text.slice(i + 1, end), world, verbatim)));
        i = end + 1;
        continue;
      }
    }
    run += c;
    i++;
  }
  flush();
  return out;
}

// opens: a mark begins a format only before a character that is not a space
// and after one that is not part of a word.
function opens(text, i) {
  const next = text[i + 1];
  return next && !/\s/.test(next) && next !== text[i] && !(i > 0 && wordChar.test(text[i - 1]));
}

function closing(text, start) {
  const mark = text[start];
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > 0) i = end;
    } else if (c === "<") {
      const end = text.indexOf(">", i);
      if (end > 0) i = end;
    } else if (c === mark && !/\s/.test(text[i - 1]) && text[i - 1] !== mark && !(text[i + 1] && wordChar.test(text[i + 1]))) {
      return i;
    }
  }
  return -1;
}

// inlineCode keeps marks as they are; links and mentions still show as text.
function inlineCode(text, world) {
  return text.split(/(<[^<>]+>)/).map((part, i) => (i % 2 ? (token(part.slice(1, -1), world) ?? entities(part)) : entities(part)));
}

const LEAF = /:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):|(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]}])/g;

function leaves(text, world, verbatim) {
  const out = [];
  let last = 0;
  for (const match of text.matchAll(LEAF)) {
    const [whole, name, bare] = match;
    const char = name ? emoji(name) : "";
    if (bare ? verbatim : !char) continue;
    if (match.index > last) out.push(document.createTextNode(entities(text.slice(last, match.index))));
    out.push(bare ? link(entities(bare), entities(bare)) : emojiNode(name, char));
    last = match.index + whole.length;
  }
  if (last < text.length) out.push(document.createTextNode(entities(text.slice(last))));
  return out;
}

export const emojiNode = (name, char) =>
  h("span", { class: "emoji", role: "img", "aria-label": name.replace(/[_-]/g, " "), title: `:${name}:` }, char);

export function link(url, label) {
  const safe = safeURL(url);
  if (!safe) return document.createTextNode(label);
  return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

// token renders what stands between < and >, or null if that is no token.
function token(body, world) {
  const bar = body.indexOf("|");
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : entities(body.slice(bar + 1));
  if (/^@[A-Z0-9]+$/.test(head)) return mention(head.slice(1), label, world);
  if (/^#[A-Z0-9]+$/.test(head)) return channelLink(head.slice(1), label, world);
  if (head.startsWith("!")) return special(head.slice(1), label, world);
  if (safeURL(entities(head))) return link(entities(head), label || entities(head).replace(/^mailto:/, ""));
  return bar >= 0 && /^[a-z][a-z0-9+.-]*:/i.test(head) ? document.createTextNode(label || entities(head)) : null;
}

export function mention(id, label, world) {
  const known = world.people?.[id];
  const name = known?.name || label.replace(/^@/, "") || "unknown person";
  const mine = id === world.me;
  return h("span", { class: mine ? "mention mine" : "mention", "data-user": id, dir: "auto" }, "@" + name);
}

export function channelLink(id, label, world) {
  const known = world.channels?.find((c) => c.id === id);
  const name = known?.name || label;
  if (!known) return h("span", { class: "mention" }, name ? "#" + name : "a private channel");
  return h("button", { type: "button", class: "mention", onclick: () => world.open?.(id) }, (known.is_private ? "🔒" : "#") + name);
}

function special(body, label, world) {
  const [kind, ...rest] = body.split("^");
  if (kind === "date" && rest.length >= 2) {
    const shown = slackDate(rest[0], rest[1], world.now ?? new Date(), world.tz) ?? label;
    const url = rest[2] && safeURL(entities(rest[2]));
    return url ? link(url, shown) : h("time", { title: label || null }, shown);
  }
  if (kind === "subteam") return h("span", { class: "mention" }, label || "@group");
  if (["here", "channel", "everyone"].includes(kind)) return h("span", { class: "mention broadcast" }, label || "@" + kind);
  return label ? document.createTextNode(label) : null;
}

// textObject renders a text object: mrkdwn with its marks, plain_text with emoji only.
export function textObject(text, world) {
  if (!text) return [];
  if (text.type === "mrkdwn") return mrkdwn(text.text, world, text.verbatim);
  return [plain(text)];
}

// plain is the text of a plain_text object, with its emoji. Entities are not
// undone there: an app that escapes plain text sees its mistake.
export const plain = (text) =>
  String(text?.text ?? "").replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (all, name) =>
    text.emoji === false ? all : emoji(name) || all,
  );

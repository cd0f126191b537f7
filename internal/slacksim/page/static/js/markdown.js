// The markdown block: standard Markdown, the part of it that Slack shows.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { emojiNode, link } from "./mrkdwn.js";

const FENCE = /^(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const BULLET = /^(\s*)([-*+])\s+(.*)$/;
const NUMBER = /^(\s*)(\d{1,9})[.)]\s+(.*)$/;
const ROW = /^\s*\|?(.+\|.*)\s*$/;
const ALIGN = /^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$/;

export function markdown(text) {
  return h("div", { class: "markdown" }, blocks(String(text ?? "").split(/\r?\n/)));
}

function blocks(lines) {
  const out = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length)
      out.push(
        h(
          "p",
          {},
          paragraph.flatMap((l, i) => [i > 0 && h("br"), ...spans(l)]),
        ),
      );
    paragraph = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    let m;
    if ((m = FENCE.exec(line))) {
      flush();
      const code = [];
      while (++i < lines.length && !lines[i].startsWith(m[1])) code.push(lines[i]);
      out.push(h("pre", { class: "code-block" }, code.join("\n")));
    } else if ((m = HEADING.exec(line))) {
      flush();
      out.push(h("h" + Math.min(6, m[1].length + 2), { class: `md-h${m[1].length}` }, spans(m[2])));
    } else if (RULE.test(line)) {
      flush();
      out.push(h("hr"));
    } else if (/^\s*>/.test(line)) {
      flush();
      const quoted = [];
      while (i < lines.length && /^\s*>/.test(lines[i])) quoted.push(lines[i++].replace(/^\s*>\s?/, ""));
      i--;
      out.push(h("blockquote", {}, blocks(quoted)));
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      flush();
      const items = [];
      while (i < lines.length && (BULLET.test(lines[i]) || NUMBER.test(lines[i]) || (/^\s{2,}\S/.test(lines[i]) && items.length)))
        items.push(lines[i++]);
      i--;
      out.push(...list(items));
    } else if (ROW.test(line) && ALIGN.test(lines[i + 1] ?? "") && (lines[i + 1] ?? "").includes("-")) {
      flush();
      const rows = [cells(line)];
      i += 2;
      while (i < lines.length && ROW.test(lines[i])) rows.push(cells(lines[i++]));
      i--;
      out.push(table(rows));
    } else if (line.trim() === "") {
      flush();
    } else {
      paragraph.push(line);
    }
  }
  flush();
  return out;
}

function list(lines) {
  const out = [];
  const base = /^\s*/.exec(lines[0])[0].length;
  let i = 0;
  while (i < lines.length) {
    const ordered = NUMBER.test(lines[i]);
    const el = h(ordered ? "ol" : "ul", { start: ordered ? NUMBER.exec(lines[i])[2] : null });
    while (i < lines.length && NUMBER.test(lines[i]) === ordered) {
      const m = (ordered ? NUMBER : BULLET).exec(lines[i++]);
      if (!m) continue;
      const inner = [];
      while (i < lines.length && /^\s*/.exec(lines[i])[0].length > base) inner.push(lines[i++]);
      const item = h("li", {}, taskBox(m[3]));
      const nested = inner.length && (BULLET.test(inner[0]) || NUMBER.test(inner[0]));
      if (nested) item.append(...list(inner));
      else if (inner.length) item.append(" ", ...inner.flatMap((l) => spans(l.trim() + " ")));
      el.append(item);
    }
    out.push(el);
  }
  return out;
}

function taskBox(text) {
  const m = /^\[([ xX])\]\s+(.*)$/.exec(text);
  if (!m) return spans(text);
  return [h("input", { type: "checkbox", disabled: true, checked: m[1] !== " ", "aria-label": m[2] }), " ", ...spans(m[2])];
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((c) => c.trim());

function table(rows) {
  const [head, ...body] = rows;
  return h(
    "div",
    { class: "table-box" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((c) => h("th", { scope: "col" }, spans(c))),
        ),
      ),
      h(
        "tbody",
        {},
        body.map((r) =>
          h(
            "tr",
            {},
            r.map((c) => h("td", {}, spans(c))),
          ),
        ),
      ),
    ),
  );
}

// The alternatives in order: escape, code, image, link, bold, strike, italic, emoji, bare link.
const SPAN =
  /\\([\\`*_{}[\]()#+\-.!~|>])|`([^`]+)`|!\[([^\]]*)\]\(([^)\s]+)[^)]*\)|\[([^\]]+)\]\(([^)\s]+)[^)]*\)|\*\*(?=\S)([\s\S]*?\S)\*\*|__(?=\S)([\s\S]*?\S)__|~~(?=\S)([\s\S]*?\S)~~|\*(?=\S)([^*]*?[^\s*])\*|(?<![\p{L}\p{N}])_(?=\S)([^_]*?[^\s_])_(?![\p{L}\p{N}])|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]])/gu;

function spans(text) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(SPAN)) {
    const char = m[12] ? emoji(m[12]) : "";
    if (m[12] && !char) continue;
    if (m.index > last) out.push(document.createTextNode(text.slice(last, m.index)));
    last = m.index + m[0].length;
    if (m[1] !== undefined) out.push(document.createTextNode(m[1]));
    else if (m[2] !== undefined) out.push(h("code", {}, m[2]));
    else if (m[4] !== undefined) out.push(link(m[4], m[3] || m[4]));
    else if (m[6] !== undefined) out.push(link(m[6], m[5]));
    else if (m[7] ?? m[8]) out.push(h("strong", {}, spans(m[7] ?? m[8])));
    else if (m[9] !== undefined) out.push(h("s", {}, spans(m[9])));
    else if (m[10] ?? m[11]) out.push(h("em", {}, spans(m[10] ?? m[11])));
    else if (char) out.push(emojiNode(m[12], char));
    else if (m[13] !== undefined) out.push(link(m[13], m[13]));
  }
  if (last < text.length) out.push(document.createTextNode(text.slice(last)));
  return out;
}

// Block Kit as DOM. ctx says where the blocks are and what acting in them does:
// {world, where: "message"|"modal"|"home", key, act(element, value), form, errors,
//  suggest(element, query), failed}.

import { h, localImage } from "./dom.js";
import { element } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export function renderBlocks(blocks, ctx) {
  return (Array.isArray(blocks) ? blocks : []).map((block) => {
    let made;
    try {
      made = (KINDS[block?.type] ?? unknown)(block, ctx);
    } catch (error) {
      console.error(error);
      made = unknown(block);
    }
    made.dataset.blockType = block?.type ?? "";
    if (block?.block_id) made.dataset.blockId = block.block_id;
    return made;
  });
}

const KINDS = {
  section(b, ctx) {
    const main = h(
      "div",
      { class: "section-main" },
      b.text && h("div", { class: "text", dir: "auto" }, textObject(b.text, ctx.world)),
      b.fields?.length &&
        h(
          "div",
          { class: "fields" },
          b.fields.map((f) => h("div", { class: "text", dir: "auto" }, textObject(f, ctx.world))),
        ),
    );
    if (!b.accessory) return h("div", { class: "block section" }, main);
    const acc = b.accessory.type === "image" ? picture(b.accessory, "thumb") : element(b.accessory, { ...ctx, block: b });
    return h("div", { class: "block section with-accessory" }, main, h("div", { class: "accessory" }, acc));
  },
  header(b, ctx) {
    const level = Math.min(4, Math.max(1, Number(b.level) || 1));
    return h("h" + (level + (ctx.where === "modal" ? 2 : 1)), { class: `block header level-${level}`, dir: "auto" }, plain(b.text));
  },
  context(b, ctx) {
    return h(
      "div",
      { class: "block context" },
      (b.elements ?? []).map((e) =>
        e.type === "image" ? picture(e, "tiny") : h("span", { class: "text", dir: "auto" }, textObject(e, ctx.world)),
      ),
    );
  },
  divider: () => h("hr", { class: "block divider" }),
  image(b) {
    return h("figure", { class: "block figure" }, b.title && h("figcaption", {}, plain(b.title)), picture(b, "wide"));
  },
  actions(b, ctx) {
    return h(
      "div",
      { class: "block actions" },
      (b.elements ?? []).map((e) => element(e, { ...ctx, block: b })),
    );
  },
  context_actions(b, ctx) {
    return h(
      "div",
      { class: "block actions" },
      (b.elements ?? []).map((e) => element(e, { ...ctx, block: b })),
    );
  },
  input(b, ctx) {
    const error = ctx.errors?.[b.block_id];
    const ids = { label: `label-${ctx.key}-${b.block_id}`, hint: `hint-${ctx.key}-${b.block_id}`, error: `error-${ctx.key}-${b.block_id}` };
    const described = [error && ids.error, b.hint && ids.hint].filter(Boolean).join(" ") || null;
    return h(
      "div",
      { class: "block input" + (error ? " has-error" : ""), role: "group", "aria-labelledby": ids.label },
      h(
        "div",
        { class: "label", id: ids.label, dir: "auto" },
        plain(b.label),
        b.optional && h("span", { class: "optional" }, " (optional)"),
      ),
      element(b.element, { ...ctx, block: b, labelledby: ids.label, describedby: described, invalid: Boolean(error) }),
      error && h("div", { class: "field-error", id: ids.error, role: "alert" }, error),
      b.hint && h("div", { class: "hint", id: ids.hint, dir: "auto" }, plain(b.hint)),
    );
  },
  rich_text: (b, ctx) => wrap("block rich", richText(b, ctx.world)),
  markdown: (b) => wrap("block", markdown(b.text)),
  table(b, ctx) {
    const settings = b.column_settings ?? [];
    const cell = (c, i, tag) =>
      h(
        tag,
        {
          class: `align-${settings[i]?.align ?? "left"}${settings[i]?.is_wrapped ? " wrapped" : ""}`,
          scope: tag === "th" ? "col" : null,
          dir: "auto",
        },
        c?.type === "rich_text" ? richText(c, ctx.world) : String(c?.text ?? c?.value ?? ""),
      );
    const [head, ...rows] = b.rows ?? [];
    return h(
      "div",
      { class: "block table-box", tabindex: "0", role: "region", "aria-label": "Table" },
      h(
        "table",
        {},
        head &&
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              head.map((c, i) => cell(c, i, "th")),
            ),
          ),
        h(
          "tbody",
          {},
          rows.map((r) =>
            h(
              "tr",
              {},
              r.map((c, i) => cell(c, i, "td")),
            ),
          ),
        ),
      ),
    );
  },
  alert(b, ctx) {
    return h("div", { class: `block alert ${b.level ?? "default"}`, role: "note" }, textObject(b.text, ctx.world));
  },
  file: (b) => h("div", { class: "block file" }, `File ${b.external_id ?? ""}`),
  video: (b) => h("div", { class: "block file" }, plain(b.title) || "Video"),
};

const wrap = (cls, node) => h("div", { class: cls, dir: "auto" }, node);

const unknown = (b) => h("div", { class: "block unknown" }, `This playground can’t show a “${b?.type ?? "?"}” block.`);

// picture shows an image the page may load, and otherwise its words in a frame.
function picture(img, size) {
  const alt = String(img.alt_text ?? "");
  const src = localImage(img.image_url);
  if (src) return h("img", { class: `picture ${size}`, src, alt, loading: "lazy" });
  return h(
    "span",
    {
      class: `picture framed ${size}`,
      role: "img",
      "aria-label": alt,
      title: "Pictures from other hosts are not loaded in the playground",
    },
    size === "tiny" ? "" : alt,
  );
}

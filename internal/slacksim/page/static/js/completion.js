// Completion in the composer: /commands, @people, #channels, :emoji:.

import { avatar, badges } from "./avatar.js";
import { h, uid } from "./dom.js";
import { named } from "./emoji.js";
import { openChannel, store } from "./store.js";

const TRIGGER = /(^|[\s(])([@#:])([\p{L}\p{N}_.+-]*)$/u;

// candidates lists what fits the text before the cursor:
// {from, list: [{text, label, hint, node}]}, or null.
function candidates(before, inThread) {
  if (/^\/\S*$/.test(before) && !inThread) {
    const list = store.state.commands
      .filter((c) => c.command.startsWith(before))
      .map((c) => ({ insert: c.command + " ", label: c.command, side: c.usage, hint: c.description }));
    return list.length ? { from: 0, list } : null;
  }
  const m = TRIGGER.exec(before);
  if (!m) return null;
  const word = m[3].toLowerCase();
  const from = before.length - m[3].length - 1;
  let list = [];
  if (m[2] === "@") list = people(word);
  else if (m[2] === "#") list = channels(word);
  else if (word.length >= 2)
    list = named(word).map(([name, char]) => ({ insert: char + " ", label: `:${name}:`, before: h("span", { class: "emoji" }, char) }));
  return list.length ? { from, list } : null;
}

function people(word) {
  const members = new Set(openChannel()?.members ?? []);
  const fits = (p) =>
    [p.handle, p.name, p.real_name].some(
      (n) =>
        n
          ?.toLowerCase()
          .split(/\s+/)
          .some((w) => w.startsWith(word)) || n?.toLowerCase().startsWith(word),
    );
  const found = Object.values(store.state.people)
    .filter((p) => !p.deleted && p.id !== "USLACKBOT" && fits(p))
    .sort((a, b) => Number(members.has(b.id)) - Number(members.has(a.id)) || a.name.localeCompare(b.name))
    .slice(0, 8)
    .map((p) => ({
      insert: `@${p.handle} `,
      label: p.name,
      side: p.real_name !== p.name ? p.real_name : "",
      before: avatar(p.id, "small"),
      after: badges(p),
    }));
  if (word)
    for (const all of ["here", "channel"])
      if (all.startsWith(word)) found.push({ insert: `@${all} `, label: `@${all}`, side: "notifies people in this conversation" });
  return found;
}

function channels(word) {
  return store.state.channels
    .filter((c) => !c.is_im && !c.is_mpim && c.name.toLowerCase().includes(word))
    .slice(0, 8)
    .map((c) => ({ insert: `#${c.name} `, label: (c.is_private ? "🔒 " : "# ") + c.name, hint: c.topic }));
}

// completion adds completion to a textarea; the list appears in host. It
// returns handle(event), true when it took the key.
export function completion(field, host, inThread) {
  const id = uid("complete");
  const box = h("div", { class: "complete", role: "listbox", id, "aria-label": "Suggestions", hidden: true, "data-testid": "completion" });
  host.prepend(box);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-haspopup", "listbox");
  let found = null;
  let active = 0;

  function update() {
    const cursor = field.selectionStart;
    found = cursor === field.selectionEnd && document.activeElement === field ? candidates(field.value.slice(0, cursor), inThread()) : null;
    active = 0;
    draw();
  }

  function draw() {
    box.hidden = !found;
    box.textContent = "";
    if (!found) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    found.list.forEach((c, i) =>
      box.append(
        h(
          "div",
          {
            class: "option" + (i === active ? " active" : ""),
            role: "option",
            id: `${id}-${i}`,
            "aria-selected": String(i === active),
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => take(i),
          },
          c.before,
          h(
            "span",
            { class: "menu-label" },
            h(
              "span",
              { class: "option-line" },
              h("strong", { dir: "auto" }, c.label),
              c.side && h("span", { class: "option-side", dir: "auto" }, c.side),
            ),
            c.hint && h("span", { class: "menu-hint" }, c.hint),
          ),
          c.after,
        ),
      ),
    );
    field.setAttribute("aria-activedescendant", `${id}-${active}`);
    box.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function take(i) {
    const cursor = field.selectionStart;
    const text = field.value.slice(0, found.from) + found.list[i].insert;
    field.value = text + field.value.slice(cursor).replace(/^ /, "");
    field.setSelectionRange(text.length, text.length);
    found = null;
    draw();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  field.addEventListener("input", update);
  field.addEventListener("click", update);
  field.addEventListener("blur", () => {
    found = null;
    draw();
  });

  return {
    update,
    handle(event) {
      if (!found) return false;
      const n = found.list.length;
      if (event.key === "ArrowDown") active = (active + 1) % n;
      else if (event.key === "ArrowUp") active = (active - 1 + n) % n;
      else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
        // A command typed in full is run, not completed again.
        if (event.key === "Enter" && found.list[active].insert.trim() === field.value.trim()) {
          found = null;
          draw();
          return false;
        }
        event.preventDefault();
        take(active);
        return true;
      } else if (event.key === "Escape") found = null;
      else return false;
      event.preventDefault();
      event.stopPropagation();
      draw();
      return true;
    },
  };
}

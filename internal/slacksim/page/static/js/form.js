// What was typed and picked in the inputs of a view or message, kept while the
// blocks around them are drawn anew.

const forms = new Map();

// formOf is the form of a view or message; values is what the workspace holds
// (state.values), shown where nothing was typed here.
export function formOf(key, values) {
  let form = forms.get(key);
  if (!form) {
    form = new Form();
    forms.set(key, form);
  }
  form.held = values ?? {};
  return form;
}

// messageForm is the form of a message: new blocks begin with nothing picked.
export function messageForm(key, blocks, values) {
  const form = formOf(key, values);
  const drawn = JSON.stringify(blocks ?? null);
  if (form.drawn !== drawn) form.typed.clear();
  form.drawn = drawn;
  return form;
}

export function forget(key) {
  forms.delete(key);
}

class Form {
  typed = new Map();
  held = {};

  // get is the value of an element: text, or a list where many can be picked;
  // undefined if neither the visitor nor the workspace has one.
  get(e, block) {
    const key = keyOf(e, block);
    return this.typed.has(key) ? this.typed.get(key) : flat(this.held[block?.block_id]?.[e.action_id]);
  }

  set(e, block, value) {
    this.typed.set(keyOf(e, block), value);
  }

  // sent is what goes along with a press or submission: the inputs that are
  // still there and were touched, by action_id.
  sent(blocks) {
    const out = {};
    for (const [e, block] of inputsOf(blocks)) {
      const key = keyOf(e, block);
      if (this.typed.has(key)) out[e.action_id] = this.typed.get(key);
    }
    return out;
  }

  // missing are the required inputs that hold nothing, by block_id.
  missing(blocks) {
    const out = {};
    for (const [e, block] of inputsOf(blocks)) {
      if (block.type !== "input" || block.optional) continue;
      const value = this.get(e, block) ?? initial(e);
      if (value === undefined || value === null || String(value).trim() === "")
        out[block.block_id] = "Please complete this required field.";
      else if (e.min_length && String(value).length < e.min_length)
        out[block.block_id] = `Please enter at least ${e.min_length} characters.`;
    }
    return out;
  }
}

const keyOf = (e, block) => `${block?.block_id ?? ""}|${e.action_id}`;

const BUTTONS = new Set(["button", "workflow_button", "icon_button", "feedback_buttons", "overflow", "image"]);

function* inputsOf(blocks) {
  for (const block of blocks ?? []) {
    const elements =
      block.type === "input" ? [block.element] : block.type === "actions" ? block.elements : block.accessory ? [block.accessory] : [];
    for (const e of elements ?? []) if (e?.action_id && !BUTTONS.has(e.type)) yield [e, block];
  }
}

// initial is the value an element starts with.
export function initial(e) {
  for (const [name, value] of Object.entries(e)) {
    if (name.startsWith("initial_") && value !== null) return flat({ [name.replace("initial_", "selected_")]: value }) ?? value;
  }
  return undefined;
}

// flat turns an entry of state.values into text or a list of texts.
function flat(v) {
  if (!v) return undefined;
  if (v.value !== undefined && v.value !== null) return String(v.value);
  for (const [name, value] of Object.entries(v)) {
    if (!name.startsWith("selected_") || value === null || value === undefined) continue;
    if (Array.isArray(value)) return value.map((x) => x?.value ?? x);
    return value.value ?? String(value);
  }
  return undefined;
}

// Where blocks are, and what acting in them does: the ctx of blocks.js.

import * as api from "./api.js";
import { formOf, messageForm } from "./form.js";
import { announce, changed, go, me, now, store } from "./store.js";

// world is who and what a text may name.
export function world() {
  const { state } = store;
  return {
    people: state.people,
    channels: state.channels,
    me: state.me,
    app: state.app,
    now: now(),
    tz: me()?.tz,
    open: (channel) => go({ channel }),
  };
}

export const messageKey = (m) => `${store.at.as}/${m.channel}/${m.ts}`;

// failure says what went wrong in words a person can act on.
export function failure(code) {
  if (code === "operation_timeout") return `${store.state.app.name} did not answer in time (operation_timeout). Try again.`;
  if (code === "dispatch_failed") return `${store.state.app.name} is not connected (dispatch_failed). Try again in a moment.`;
  return code || "That did not work. Try again.";
}

async function perform(key, e, deed) {
  store.failed.delete(`${key}|${e.action_id}`);
  const result = await api.act(deed);
  if (!result.ok && result.error) {
    store.failed.set(`${key}|${e.action_id}`, failure(result.error));
    announce(failure(result.error));
    changed();
  }
  return result;
}

const failedIn = (key) => (e) => store.failed.get(`${key}|${e.action_id}`);

function deedFor(e, value) {
  if (["button", "workflow_button", "icon_button"].includes(e.type)) return { do: "press", action: e.action_id };
  return Array.isArray(value)
    ? { do: "pick", action: e.action_id, values: value }
    : { do: "pick", action: e.action_id, value: value ?? "" };
}

// inMessage is the ctx of a message's blocks.
export function inMessage(m) {
  const key = messageKey(m);
  const form = messageForm(key, m.blocks, m.values);
  const where = { channel: m.channel, ts: m.ts, thread: m.thread_ts ?? "" };
  return {
    world: world(),
    where: "message",
    key: m.ts.replace(".", "-"),
    form,
    failed: failedIn(key),
    act: (e, value) => perform(key, e, { ...deedFor(e, value), ...where, form: form.sent(m.blocks) }),
    suggest: (e, query) => api.suggest({ ...where, action: e.action_id, query }),
  };
}

// inView is the ctx of a modal's or Home tab's blocks.
export function inView(view, errors) {
  const key = `${store.at.as}/${view.id}`;
  const form = formOf(key, view.values);
  return {
    world: world(),
    where: view.type,
    key: view.id,
    form,
    errors,
    failed: failedIn(key),
    act: (e, value) => perform(key, e, { ...deedFor(e, value), view: view.id, form: form.sent(view.blocks) }),
    suggest: (e, query) => api.suggest({ view: view.id, action: e.action_id, query }),
  };
}

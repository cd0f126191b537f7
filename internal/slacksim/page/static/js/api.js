// The way to the server: state, deeds, and word that something changed.

import { store, refresh, setOnline } from "./store.js";

async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    return { ok: false, error: "The playground is not running. Start it again and reload this page." };
  }
  try {
    return await answer.json();
  } catch {
    return { ok: false, error: `The playground answered with status ${answer.status}.` };
  }
}

// fetchState returns null when nobody with this id can sign in.
export async function fetchState(at) {
  const q = new URLSearchParams({ as: at.as, channel: at.channel, thread: at.thread });
  const answer = await fetch(`client/state?${q}`);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`state: ${answer.status}`);
  return answer.json();
}

// act does something as the person we are, or as deed.as. It answers
// {ok, error, errors, …} when the app has acknowledged.
export async function act(deed) {
  const result = await post("client/act", { as: store.at.as, ...deed });
  await refresh();
  return result;
}

// suggest asks the app for options; it changes nothing, so nothing is drawn.
export const suggest = (deed) => post("client/act", { as: store.at.as, do: "suggest", ...deed });

export async function moveClock(move) {
  const result = await post("client/clock", { as: store.at.as, ...move });
  await refresh();
  return result;
}

// listen keeps an event stream open while the page is visible: browsers allow
// few connections to one host, and hidden tabs would use them up. The browser
// reconnects a broken stream by itself; we start over if it gave up.
export function listen() {
  let stream = null;
  const start = () => {
    stream = new EventSource("client/events");
    stream.addEventListener("change", () => refresh());
    stream.onerror = () => {
      setOnline(false);
      if (stream?.readyState === EventSource.CLOSED) setTimeout(() => stream?.readyState === EventSource.CLOSED && start(), 2000);
    };
  };
  const follow = () => {
    if (document.visibilityState === "hidden") {
      stream?.close();
      stream = null;
    } else if (!stream) start();
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

// The app's Home tab.

import { renderBlocks } from "./blocks.js";
import { inView } from "./context.js";
import { focusKey, h, replace, restoreFocus } from "./dom.js";
import { store } from "./store.js";

export function home() {
  const el = h("div", { class: "home", role: "tabpanel", "aria-label": "Home", tabindex: "-1", "data-testid": "home" });
  let drawn = "";
  el.draw = () => {
    const view = store.state.home;
    const sig = JSON.stringify([store.at.as, view?.id, view?.hash, view?.blocks, [...store.failed]]);
    if (sig === drawn) return;
    drawn = sig;
    const focus = focusKey(el);
    if (!view) {
      replace(el, h("div", { class: "empty" }, h("strong", {}, `${store.state.app.name} has not set up its Home tab yet.`)));
      return;
    }
    replace(el, h("div", { class: "blocks" }, renderBlocks(view.blocks, inView(view))));
    restoreFocus(el, focus);
  };
  return el;
}

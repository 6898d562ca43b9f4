// A dialog over the page: the browser keeps the focus in it, Escape closes it, and the focus goes back to where it was.

import { h, iconButton } from "./dom.js";
import { icon } from "./icons.js";

/** Open a dialog with a title and content under `root`. Returns the <dialog>; it is removed when it closes. */
export function openDialog(root, title, content, props = {}) {
  const before = document.activeElement;
  const id = `dialog-${title.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  const close = iconButton(icon("close"), "Close", () => node.close(), { class: "quiet close" });
  const head = h("div", { class: "dialog-head" }, h("h2", { id, text: title }), close);
  const node = h("dialog", { ...props, class: `dialog ${props.class ?? ""}`, "aria-labelledby": id }, head, h("div", { class: "dialog-body" }, content));
  node.addEventListener("close", () => {
    node.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
  node.addEventListener("pointerdown", (event) => event.target === node && node.close()); // beside it
  root.append(node);
  node.showModal();
  return node;
}

// The line at the foot of the page about the model, and the dialog with all of it.

import { openDialog } from "./dialog.js";
import { h, setText } from "./dom.js";

export class About {
  constructor(editor) {
    this.editor = editor;
    this.line = h("span", {});
    this.button = h("button", { type: "button", class: "quiet", id: "about", "aria-haspopup": "dialog", text: "About this model", on: { click: () => this.open() } });
    this.node = h("div", { class: "about-line" }, this.line, this.button);
  }

  render(view) {
    setText(this.line, view.engine);
    const foot = document.getElementById("engine-line"); // below Gradio's fields, so not in the editor's own element
    if (foot && this.node.parentNode !== foot) foot.replaceChildren(this.node);
  }

  async open() {
    const response = await fetch(`/api/sessions/${this.editor.view.session_id}/about`).catch(() => null);
    if (!response?.ok) return this.editor.strip.say("The program does not answer. Is it still running?", "refused");
    const { facts, sections, card } = await response.json();
    const table = h("dl", { class: "facts" }, ...facts.flatMap(([name, words]) => [h("dt", { text: name }), h("dd", { text: words })]));
    const parts = sections.map(([title, text]) => h("section", {}, h("h3", { text: title }), h("p", { class: "card-text", text: flowing(text) })));
    const end = card
      ? h("p", {}, h("a", { href: "/model-card", target: "_blank", text: "The whole model card" }), ": data, training, figures.")
      : h("p", { text: "No card lies beside this model, so what it learned from and under which licence is not known here. Ask who trained it." });
    openDialog(this.editor.root, "About this model", h("div", {}, table, ...parts, end), { class: "about-dialog" });
  }
}

/** Lines of one paragraph joined; list items keep their own. */
function flowing(text) {
  return text.replace(/`/g, "").replace(/\n(?!\n|- |\|)\s*/g, " ").replace(/^- /gm, "• ").replace(/ ?\n\n ?/g, "\n\n");
}

// Beside the Generate button: what it will change and what it will keep, in the program's words, for what is selected.

import { debounce, h, setAttribute, setText } from "./dom.js";

const ASK_MS = 60;

export class Plan {
  constructor(editor) {
    this.editor = editor;
    this.sentences = h("div", { class: "plan", id: "plan" });
    this.clear = h("button", { type: "button", class: "small", id: "plan-clear", on: { click: () => editor.select_span(null) } });
    this.node = h("div", { class: "composer plan-box" }, this.sentences, this.clear);
    this.ask = debounce(() => editor.act("show", {}), ASK_MS);
    editor.root.addEventListener("selection", () => this.ask());
  }

  render(view) {
    this.place();
    const lines = view.plan.words.map((words, i) => {
      const line = this.sentences.children[i] ?? h("p", {});
      setText(line, words);
      line.className = i ? "plan-keep" : "plan-change";
      return line;
    });
    if (lines.length !== this.sentences.children.length) this.sentences.replaceChildren(...lines);
    this.clear.hidden = !this.editor.selection;
    setText(this.clear, "Clear the selection: generate what is marked");
    // A view that was made without the selection, such as that of an upload, speaks of another plan.
    if (JSON.stringify(view.plan.selection) !== JSON.stringify(this.editor.selection)) this.ask();
  }

  /** The button is one of Gradio's fields, which may come after the first view. */
  place() {
    const room = document.getElementById("plan-room");
    if (room && !room.contains(this.node)) room.replaceChildren(this.node);
    const button = document.getElementById("generate");
    if (button) setAttribute(button, "aria-describedby", "plan");
  }
}

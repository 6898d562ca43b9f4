// The History panel: the tree of steps on the left, the chosen step beside it. It is fetched while it is open, and only then.

import { h, setText } from "./dom.js";
import { StepFacts } from "./step_facts.js";
import { Tree } from "./tree.js";

export class HistoryPanel {
  constructor(editor) {
    this.editor = editor;
    this.items = [];
    this.unfolded = []; // spans of steps that were asked for
    this.shown = ""; // session and revision that the tree was fetched for
    this.tree = new Tree({ choose: (number) => this.choose(number), go: (number) => this.go(number), unfold: (span) => this.unfold(span) });
    this.facts = new StepFacts(editor, this);
    this.count = h("span", { class: "faint" });
    this.node = h("section", { class: "panel history-panel", id: "history-panel", hidden: true, "aria-label": "History" },
      h("header", { class: "panel-head" }, h("h2", { class: "panel-title", text: "History" }), this.count),
      h("div", { class: "history-columns" }, this.tree.node, this.facts.node));
    this.button = h("button", { type: "button", class: "quiet", id: "history", text: "History", "aria-expanded": "false", "aria-controls": "history-panel", on: { click: () => this.toggle() } });
  }

  get open() {
    return !this.node.hidden;
  }

  /** What is listened to instead of the session as it is: {lanes, length_samples, ...} of a step, or null. */
  get heard() {
    return this.open ? this.facts.heard : null;
  }

  async toggle() {
    this.node.hidden = this.open;
    this.button.setAttribute("aria-expanded", String(this.open));
    if (!this.open) return this.facts.listen(null);
    await this.load();
    this.tree.showPresent();
    this.tree.reach(this.tree.current(), true);
    this.node.scrollIntoView({ block: "nearest" });
  }

  /** Called with each view: the tree is fetched again where a step was saved. */
  render(view) {
    if (!this.open || this.shown === this.revision(view)) return;
    this.shown = this.revision(view);
    this.facts.listen(null); // what was just changed is to be heard
    this.load();
  }

  revision(view) {
    return `${view.session_id} ${view.saved_at} ${view.undo} ${view.redo}`;
  }

  async fetched(path) {
    const { session_id } = this.editor.view;
    const response = await fetch(`/api/sessions/${session_id}/history${path}`);
    if (!response.ok) throw new Error(String(response.status));
    const found = await response.json();
    return session_id === this.editor.view.session_id ? found : null;
  }

  async load() {
    const { view } = this.editor;
    if (this.session !== view.session_id) {
      this.unfolded = [];
      this.tree.chosen = null;
      this.facts.forget();
    }
    this.session = view.session_id;
    this.shown = this.revision(view);
    const tree = await this.fetched(`?unfold=${this.unfolded.join(",")}`).catch(() => this.lost());
    if (!tree || this.shown !== this.revision(this.editor.view)) return;
    this.items = tree.items;
    this.present = tree.present;
    setText(this.count, tree.count === 1 ? "one step, kept for good" : `${tree.count} steps, all kept`);
    this.tree.render(tree.items, tree.present);
    await this.facts.refresh();
  }

  lost() {
    this.editor.strip.say("The history could not be read. Is the program still running?", "refused");
    this.shown = "";
    return null;
  }

  step(number) {
    return this.items.find((item) => item.number === number) ?? null;
  }

  title(number) {
    const step = this.step(number);
    return step ? step.name || step.step : `step ${number}`;
  }

  choose(number) {
    this.tree.choose(number);
    return this.facts.show(number);
  }

  async go(number) {
    this.facts.listen(null);
    await this.editor.act("go_to", { number });
    await this.choose(number);
  }

  unfold(span) {
    this.unfolded.push(span);
    return this.load();
  }
}

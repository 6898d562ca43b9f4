// The top of the page: the session and its list, undo and redo by name, when it was saved, export, keys.

import { h, iconButton, menu, setText, setValue } from "./dom.js";
import { icon } from "./icons.js";
import { openExports } from "./exports.js";
import { openSheet } from "./sheet.js";

export class TopBar {
  constructor(editor) {
    this.editor = editor;
    this.name = h("input", { class: "session-name", "aria-label": "Name of the session", maxlength: "120", spellcheck: "false", on: {
      change: () => editor.act("rename_session", { name: this.name.value }),
      keydown: (event) => event.key === "Enter" && this.name.blur(),
    } });
    this.list = h("ul", { class: "session-list" });
    this.sessions = menu(
      h("summary", { class: "quiet", "aria-label": "Sessions", title: "Sessions" }, icon("down")),
      h("div", { class: "popover sessions-panel" }, h("button", { type: "button", class: "wide", on: { click: () => this.leave("new_session", {}) } }, icon("plus"), "New session"), this.list));
    this.saved = h("span", { class: "saved" });
    this.undo = this.historyButton("undo", "Undo");
    this.redo = this.historyButton("redo", "Redo");
    this.exports = h("button", { type: "button", class: "quiet", id: "export", "aria-haspopup": "dialog", on: { click: () => this.openExport() } }, icon("export"), "Export");
    this.node = h("header", { class: "topbar" },
      h("span", { class: "brand", text: "Composer" }), this.name, this.sessions, this.saved,
      h("span", { class: "spacer" }), this.undo, this.redo, editor.history.button, this.exports,
      iconButton(icon("keys"), "Keys", () => this.openKeys(), { class: "quiet", id: "keys", "aria-haspopup": "dialog" }));
  }

  historyButton(action, word) {
    const button = h("button", { type: "button", class: "quiet history", id: action, on: { click: () => this.editor.act(action, {}) } }, icon(action), h("span", {}));
    button.word = word;
    return button;
  }

  leave(action, values) {
    this.sessions.close();
    this.editor.stop();
    this.editor.act(action, values);
  }

  /** What is being typed is saved by leaving its field. */
  tellSaved() {
    document.activeElement?.blur();
    this.editor.strip.say(`Everything is ${this.saved.textContent}. Every step is saved at once.`, "told");
  }

  openKeys() {
    openSheet(this.editor.root);
  }

  openExport() {
    openExports(this.editor);
  }

  render(view) {
    setValue(this.name, view.name);
    this.name.size = Math.min(Math.max(view.name.length, 8), 32);
    const saved = new Date(view.saved_at);
    setText(this.saved, `saved ${saved.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })}`);
    for (const [button, step] of [[this.undo, view.undo], [this.redo, view.redo]]) {
      button.disabled = !step;
      setText(button.lastChild, step ? `${button.word} “${step}”` : button.word);
      button.title = button.lastChild.textContent;
    }
    this.list.replaceChildren(...view.sessions.map((session) => this.sessionLine(session, view)));
  }

  sessionLine(session, view) {
    const here = session.id === view.session_id;
    const when = new Date(session.saved_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short", hour12: false });
    const open = h("button", { type: "button", class: "wide session-open", "aria-current": here ? "true" : null, on: { click: () => this.leave("open_session", { open_id: session.id }) } },
      h("span", { text: session.name }), h("span", { class: "faint", text: when }));
    return h("li", {}, open, iconButton(icon("trash"), `Delete ${session.name}`, () => this.confirmDelete(session), { class: "small" }));
  }

  confirmDelete(session) {
    if (window.confirm(`Delete the session “${session.name}”?`)) this.leave("delete_session", { delete_id: session.id });
  }
}

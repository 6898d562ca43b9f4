// The line under the lanes: how loud the mix is and how high it peaks, as the program measured it.

import { debounce, h, setText } from "./dom.js";

const WAIT_MS = 700; // a fader that is still moving is not measured

export class Loudness {
  constructor(editor) {
    this.editor = editor;
    this.figures = h("span", { class: "mix-figures" });
    this.node = h("section", { class: "mix-line", "aria-label": "Loudness of the mix" }, h("span", { class: "mix-name", text: "Mix" }), this.figures);
    this.askSoon = debounce(() => this.ask(), WAIT_MS);
  }

  render(view) {
    const asked = `${view.session_id} ${view.mix_key}`;
    if (asked === this.asked) return;
    this.asked = asked;
    this.say("measuring …");
    this.askSoon();
  }

  async ask() {
    const { asked } = this;
    const measured = await fetch(`/api/sessions/${this.editor.view.session_id}/loudness`)
      .then((response) => (response.ok ? response.json() : null)).catch(() => null);
    if (asked !== this.asked) return; // the mix has changed meanwhile and is being asked for again
    if (measured && measured.key !== this.editor.view.mix_key) return this.askSoon(); // another tab was faster
    this.say(measured ? words(measured) : "could not be measured", measured);
  }

  say(text, measured) {
    setText(this.figures, text);
    this.node.classList.toggle("over", measured?.dbtp > 0);
    this.node.setAttribute("aria-busy", String(text.startsWith("measuring")));
  }
}

function words({ lufs, dbtp }) {
  if (dbtp === null) return "silent";
  const level = (value) => value.toFixed(1).replace("-", "−");
  const loudness = lufs === null ? "no loudness: too short or too quiet" : `${level(lufs)} LUFS`;
  const over = dbtp > 0 ? ", may clip between samples" : "";
  return `${loudness} · ${level(dbtp)} dBTP, measured${over}`;
}

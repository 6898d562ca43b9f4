// The blind comparison: letters instead of names, equally loud; after the choice the letters say who they were.

import { debounce, h } from "./dom.js";
import { icon } from "./icons.js";

const WAIT_MS = 700; // a fader that is still moving is not matched

export class BlindPanel {
  constructor(editor) {
    this.editor = editor;
    this.letters = h("div", { class: "blind-letters", role: "group", "aria-label": "Takes without names" });
    this.choose = h("button", { type: "button", id: "choose-blind", on: { click: () => editor.act("choose_blind", { letter: this.heardLetter() }) } });
    this.leave = h("button", { type: "button", class: "quiet", id: "end-blind", on: { click: () => this.end() } });
    this.words = h("p", { class: "faint", role: "status" });
    this.matchSoon = debounce(() => editor.act("match_blind", {}), WAIT_MS);
    this.node = h("div", { class: "blind", hidden: true }, this.letters, this.choose, this.leave, this.words);
  }

  render({ blind }) {
    this.node.hidden = !blind;
    if (!blind) return;
    if (!blind.matched) this.matchSoon();
    const letter = this.heardLetter();
    const key = JSON.stringify([blind, letter]);
    if (key === this.drawn) return;
    this.drawn = key;
    const focused = this.letters.contains(document.activeElement) ? document.activeElement.dataset.letter : null;
    this.letters.replaceChildren(...blind.choices.map((one, i) => this.letterButton(one, i + 1, letter, blind.chosen)));
    if (focused) this.letters.querySelector(`[data-letter=${focused}]`)?.focus({ preventScroll: true });
    this.choose.hidden = Boolean(blind.chosen);
    this.choose.disabled = !letter || !blind.matched;
    this.choose.textContent = letter ? `Choose ${letter}` : "Choose";
    this.leave.textContent = blind.chosen ? "Done" : "Leave without choosing";
    this.words.textContent = wordsFor(blind);
  }

  letterButton({ letter, name, take_id }, digit, heard, chosen) {
    const label = name ? `${letter} is ${name}` : `Listen to ${letter}`;
    const listen = h("button", { type: "button", class: "listen letter", "data-letter": letter, "aria-pressed": String(letter === heard), "aria-label": label, title: `${label} (key ${digit})`, on: { click: () => this.editor.listenTo(`blind ${letter}`) } },
      letter === chosen ? icon("check") : icon("play"), letter, name ? h("span", { class: "faint", text: name }) : null);
    if (!take_id || letter !== chosen) return listen;
    return h("span", { class: "chosen" }, listen, h("button", { type: "button", class: "use", text: "Use", "aria-label": `Use ${name}`, on: { click: () => this.use(take_id) } }));
  }

  heardLetter() {
    return this.editor.audition.key?.match(/^blind (.)$/)?.[1] ?? null;
  }

  async end() {
    await this.editor.listenTo(null);
    await this.editor.act("end_blind", {});
  }

  async use(take_id) {
    await this.end();
    this.editor.use(take_id);
  }
}

function wordsFor({ chosen, matched, choices }) {
  if (chosen) return `You chose ${chosen}; your vote is kept.`;
  if (!matched) return "The mix has changed; making them equally loud again …";
  return `Equally loud, in an order nobody knows. Keys 1 to ${choices.length} switch while the loop goes on.`;
}

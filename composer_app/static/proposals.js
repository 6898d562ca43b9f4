// Proposed chords: several progressions to choose from, each heard through the guide before one is taken.

import { h, menu, setText } from "./dom.js";
import { icon } from "./icons.js";

export class Proposals {
  constructor(editor) {
    this.editor = editor;
    this.draw = 0;
    this.heard = null; // the proposal that the guide plays in place of the lane
    this.list = h("ul", { class: "proposal-list" });
    this.state = h("p", { class: "faint", role: "status" });
    this.others = h("button", { type: "button", class: "framed", text: "Propose others", on: { click: () => this.ask(this.draw + 1) } });
    this.clear = h("button", { type: "button", class: "framed", text: "No chords", on: { click: () => this.take("") } });
    this.node = menu(h("summary", { class: "small", id: "propose", title: "Propose chords: from what is kept, or from key and style" }, "Propose", icon("down")),
      h("div", { class: "popover proposals-panel", role: "group", "aria-label": "Proposed chords" }, this.state, this.list, h("div", { class: "proposal-foot" }, this.others, this.clear)));
    this.node.addEventListener("toggle", () => (this.node.open ? this.ask(this.draw) : this.listen(null)));
  }

  async ask(draw) {
    this.draw = draw;
    this.listen(null);
    setText(this.state, "Listening to what is kept …");
    const view = await this.editor.act("propose_chords", { draw });
    if (this.node.open && draw === this.draw) this.show(view?.proposals ?? []);
  }

  show(proposals) {
    setText(this.state, proposals.length ? "Listen to one with the lanes, then take it." : "There is nothing to propose.");
    this.rows = proposals.map((proposal) => {
      const listen = h("button", { type: "button", class: "listen", "aria-pressed": "false", "aria-label": `Listen to ${proposal.chords}`, on: { click: () => this.listen(this.heard === proposal ? null : proposal) } }, icon("play"));
      const take = h("button", { type: "button", text: "Take", "aria-label": `Take ${proposal.chords}`, on: { click: () => this.take(proposal.chords) } });
      const words = h("span", { class: "proposal-words" }, h("span", { class: "proposal-chords", text: proposal.chords }), h("span", { class: "faint", text: proposal.words }));
      return { proposal, listen, node: h("li", {}, listen, words, take) };
    });
    this.list.replaceChildren(...this.rows.map((row) => row.node));
  }

  render(view) {
    this.clear.disabled = !view.chord_lane.bars.length;
  }

  /** Hear a proposal through the guide, whether that is on or not; null: the lane again, as it was. */
  listen(proposal) {
    if (proposal === this.heard) return;
    const { editor } = this;
    const { guide } = editor.player;
    if (!this.heard) this.wasOn = guide.on;
    this.heard = proposal;
    for (const row of this.rows ?? []) {
      row.listen.setAttribute("aria-pressed", String(row.proposal === proposal));
      row.listen.replaceChildren(icon(row.proposal === proposal ? "stop" : "play"));
    }
    guide.setChords(proposal ? proposal.spans : editor.view.chord_lane.spans);
    guide.switch(proposal ? true : this.wasOn);
    editor.timeline.chords.showGuide();
    if (proposal && !editor.player.playing) editor.togglePlay();
  }

  async take(chords) {
    this.node.close();
    this.listen(null);
    await this.editor.act("set_chords", { chords });
  }
}

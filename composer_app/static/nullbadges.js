// Null-test badges: on each lane that the last generation was to keep, how many of its samples differ from before it.

import { h, setText } from "./dom.js";
import { icon } from "./icons.js";

const COUNT = new Intl.NumberFormat("en");

export class NullBadges {
  constructor(editor) {
    this.editor = editor;
    this.badges = new Map(editor.timeline.lanes.map((lane) => [lane.track, this.badgeOn(lane)]));
  }

  badgeOn(lane) {
    const words = h("span", {});
    const button = h("button", { type: "button", class: "null-badge small", hidden: true }, icon("check"), words);
    const badge = { button, words, title: lane.title, url: null, told: null };
    button.addEventListener("click", (event) => {
      event.stopPropagation(); // a click into the lane is a place to play from
      this.tell(lane.track);
    });
    button.addEventListener("pointerdown", (event) => event.stopPropagation());
    lane.body.append(button);
    return badge;
  }

  render(view) {
    for (const [track, badge] of this.badges) {
      const test = view.null_tests.find((one) => one.track === track);
      if (test?.url === badge.url) continue;
      Object.assign(badge, { url: test?.url ?? null, test, told: null });
      badge.button.hidden = true;
      if (test) this.count(badge, test.url);
    }
  }

  /** The program counts; the badge is there only once it has. */
  async count(badge, url) {
    const response = await fetch(url).catch(() => null);
    if (!response?.ok) return;
    const told = await response.json();
    if (badge.url !== url) return;
    badge.told = told;
    const words = `${COUNT.format(told.changed)} samples changed`;
    setText(badge.words, words);
    badge.button.classList.toggle("changed", told.changed > 0);
    badge.button.setAttribute("aria-label", `${badge.title}: ${words}. Hear the difference`);
    badge.button.title = `Of ${COUNT.format(told.compared)} that the last generation was to keep, compared one by one. Click to hear the difference.`;
    badge.button.hidden = false;
  }

  /** Says what the difference is, and plays it where there is one. */
  async tell(track) {
    const { editor } = this;
    const { told, test, title } = this.badges.get(track);
    if (!told.changed) return editor.say(`${title}: 0 of ${COUNT.format(told.compared)} samples changed. The difference is silence.`);
    const view = await editor.act("hear_difference", { track });
    if (!view?.difference) return;
    const silent = Object.fromEntries(editor.tracks.map((one) => [one, null]));
    editor.listenToExtra({ key: `difference ${test.url}`, label: "difference", audio: { ...silent, ...view.difference }, gain_db: 0 });
  }
}

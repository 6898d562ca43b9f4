// Audition: what is heard in place of what is in the lanes: a variation, a letter, the context, a difference.

export class Audition {
  constructor(editor) {
    this.editor = editor;
    this.wish = null; // the key that was asked for; it counts as long as there is something under it
    this.extra = null; // one choice more than the view lists
  }

  /** Everything that can be heard now: {key, label, audio: {track: content name, or null for silence}, gain_db}. */
  get choices() {
    if (this.editor.history.heard) return []; // an old step of the session is listened to
    const { blind, variations } = this.editor.view;
    const listed = blind
      ? blind.choices.map(({ letter, audio, gain_db }) => ({ key: `blind ${letter}`, label: `blind, ${letter}`, audio, gain_db }))
      : variations.map(({ take_id, variation, audio }) => ({ key: take_id, label: `variation ${variation}`, audio, gain_db: 0 }));
    return this.extra ? [...listed, this.extra] : listed;
  }

  /** What is heard in place of the lanes, or null. */
  get heard() {
    return this.wish && this.editor.view ? this.choices.find((one) => one.key === this.wish) ?? null : null;
  }

  get key() {
    return this.heard?.key ?? null;
  }

  /** The gain of the whole mix with which it is heard, linear. */
  get trim() {
    return 10 ** ((this.heard?.gain_db ?? 0) / 20);
  }

  /** What the lanes draw: nothing of it while it is heard blind. */
  get shown() {
    return this.heard && { label: this.heard.label, audio: this.editor.view.blind ? {} : this.heard.audio };
  }

  leave() {
    this.wish = null;
    this.extra = null;
  }

  /** After each view: the player learns what can be heard, so that it runs along. */
  load() {
    const { player } = this.editor;
    player.setChoices(new Map(this.choices.map(({ key, audio }) => [key, audio])));
    const other = player.chosen !== (this.key ?? "") || player.trimmed !== this.trim;
    if (other && !player.waitFor(this.key)) this.sound();
  }

  /** Switch to a choice, or with null back to the lanes: at once where it is decoded, else as soon as it is. */
  async hear(key) {
    this.wish = key;
    this.load();
    const coming = this.editor.player.waitFor(this.key);
    if (coming) await coming;
    this.sound();
  }

  sound() {
    this.editor.player.choose(this.heard?.key, this.trim);
  }
}

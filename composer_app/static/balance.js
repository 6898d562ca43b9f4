// The strip of one lane: a gain for the left and one for the right channel, into the sum of all lanes.

const SMOOTHING_S = 0.008;

export class Balance {
  /** mix: {left, right}, linear gains; output: the node of the sum. What is connected to `input` is heard. */
  constructor(context, { left, right }, output) {
    this.input = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    this.left = new GainNode(context, { gain: left });
    this.right = new GainNode(context, { gain: right });
    const merge = new ChannelMergerNode(context, { numberOfInputs: 2 });
    this.input.connect(this.left, 0).connect(merge, 0, 0);
    this.input.connect(this.right, 1).connect(merge, 0, 1);
    merge.connect(output);
  }

  set({ left, right }, at_s) {
    this.left.gain.setTargetAtTime(left, at_s, SMOOTHING_S);
    this.right.gain.setTargetAtTime(right, at_s, SMOOTHING_S);
  }
}

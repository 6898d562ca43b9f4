// On the audio thread: hands on what comes in, with the frame of the clock at which each block began.

const BLOCK = 2048; // frames: 43 ms at 48 kHz

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.begin();
  }

  begin() {
    this.filled = 0;
    this.block = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
  }

  /** inputs[0]: two channels of one render quantum, or none while nothing is connected. */
  process([input]) {
    if (!this.filled) this.frame = currentFrame;
    const quantum = input[0]?.length ?? 128;
    input.forEach((channel, i) => this.block[i].set(channel, this.filled));
    this.filled += quantum;
    if (this.filled < BLOCK) return true;
    this.port.postMessage({ frame: this.frame, channels: this.block }, this.block.map((channel) => channel.buffer));
    this.begin();
    return true;
  }
}

registerProcessor("recorder", Recorder);

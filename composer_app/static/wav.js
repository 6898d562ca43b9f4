// WAV of 32-bit floats: what the browser recorded, to the bit.

const HEADER_BYTES = 44;
const IEEE_FLOAT = 3;

/** channels: Float32Arrays of the same length -> a Blob. */
export function wavOf(channels, rate_hz) {
  const frames = channels[0].length;
  const frameBytes = 4 * channels.length;
  const bytes = new DataView(new ArrayBuffer(HEADER_BYTES + frames * frameBytes));
  const word = (at, text) => [...text].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF");
  bytes.setUint32(4, bytes.byteLength - 8, true);
  word(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, IEEE_FLOAT, true);
  bytes.setUint16(22, channels.length, true);
  bytes.setUint32(24, rate_hz, true);
  bytes.setUint32(28, rate_hz * frameBytes, true);
  bytes.setUint16(32, frameBytes, true);
  bytes.setUint16(34, 32, true);
  word(36, "data");
  bytes.setUint32(40, frames * frameBytes, true);
  channels.forEach((channel, c) => channel.forEach((value, i) => bytes.setFloat32(HEADER_BYTES + i * frameBytes + 4 * c, value, true)));
  return new Blob([bytes], { type: "audio/wav" });
}

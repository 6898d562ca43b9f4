// The microphone on the clock of an AudioContext: blocks of samples as they come in, and what latency the browser knows.

const WORKLET = new URL("./recorder_worklet.js", import.meta.url);
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } };
const REASONS = {
  NotAllowedError: "The browser does not let this page use the microphone. Allow it beside the address and press record again.",
  NotFoundError: "No microphone was found. Connect one and press record again.",
  NotReadableError: "The microphone is in use by another program. Close that and press record again.",
};

/** Why this page cannot record, or null if it can: browsers give the microphone to secure pages only. */
export function whyNoRecording() {
  if (window.isSecureContext && navigator.mediaDevices && window.AudioWorkletNode) return null;
  return `Browsers record only on secure pages. Open this page on the machine it runs on, as http://localhost:${location.port}, or over https.`;
}

/** Opens it; onBlock({frame, channels: [left, right]}) is then called every 43 ms. Throws an Error whose message says why not. */
export async function openMicrophone(context, onBlock) {
  const refusal = whyNoRecording();
  if (refusal) throw new Error(refusal);
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
    await context.audioWorklet.addModule(WORKLET);
    const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    const node = new AudioWorkletNode(context, "recorder", { channelCount: 2, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => onBlock(data);
    source.connect(node).connect(context.destination); // it is silent, but only what is connected runs
    const close = () => {
      node.port.onmessage = null;
      source.disconnect();
      node.disconnect();
      for (const track of stream.getTracks()) track.stop();
    };
    return { close, latency_s: roundTrip_s(context, stream) };
  } catch (error) {
    for (const track of stream?.getTracks() ?? []) track.stop();
    throw new Error(REASONS[error.name] ?? `The microphone could not be opened: ${error.message}`);
  }
}

/** From the clock to the ear and from the mouth to the clock again, as far as the browser tells; it is late by that much. */
function roundTrip_s(context, stream) {
  const out_s = (context.baseLatency || 0) + (context.outputLatency || 0);
  return out_s + (stream.getAudioTracks()[0].getSettings().latency || 0);
}

// Calls to the program, one at a time and in the order they were made, so that a fast hand cannot overtake itself.

export class ActionQueue {
  /** deliver: sends one call and promises its answer; failed: told when the program cannot be reached. */
  constructor(deliver, failed) {
    this.deliver = deliver;
    this.failed = failed;
    this.last = Promise.resolve();
  }

  /** Promises the answer, or null if the program could not be reached. */
  send(call) {
    const answer = this.last.then(() => this.deliver(call)).then(answered).catch((error) => {
      this.failed(error);
      return null;
    });
    this.last = answer;
    return answer;
  }
}

/** Gradio's client swallows a connection that is refused, and answers nothing. */
function answered(answer) {
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

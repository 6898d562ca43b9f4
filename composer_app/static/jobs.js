// Following a generation by its server-sent events; after a reload the view names the job again and we go on from there.

export class JobFollower {
  /** told: called with every status, the final one included; lost: when the program knows the job no more. */
  constructor(told, lost) {
    this.told = told;
    this.lost = lost;
    this.id = null;
  }

  follow(id) {
    if (this.id === id) return;
    this.close();
    this.id = id;
    this.source = new EventSource(`/api/jobs/${id}/events`);
    this.source.onmessage = (event) => {
      const status = JSON.parse(event.data);
      if (["done", "failed", "cancelled"].includes(status.state)) this.close();
      this.told(status);
    };
    this.source.onerror = () => {
      if (this.source.readyState !== EventSource.CLOSED) return;
      this.close();
      this.lost();
    };
  }

  /** The connection is given back as soon as the job has ended: a browser has only six. */
  close() {
    this.source?.close();
    this.id = null;
  }
}

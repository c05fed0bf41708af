/** A client of the Chrome DevTools Protocol over one WebSocket. */

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: CdpEvent;
  readonly result?: CdpEvent;
  readonly error?: { readonly message: string };
}

/** What events carry; each reader knows the fields of its own event. */
export type CdpEvent = Readonly<Record<string, unknown>>;

interface Waiting {
  resolve(result: CdpEvent): void;
  reject(error: Error): void;
}

export class Cdp {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (event: CdpEvent) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Message));
  }

  static async connect(url: string): Promise<Cdp> {
    const socket = new WebSocket(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no connection to ${url}`)));
    await promise;
    return new Cdp(socket);
  }

  /** Sends a command to the browser, or to the target that a session is attached to. */
  async send(method: string, params: CdpEvent = {}, sessionId?: string): Promise<CdpEvent> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<CdpEvent>();
    this.#waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
    // Playwright evaluates through Node's inspector, which leaves the queue of process.nextTick to the next callback of the
    // event loop: what a socket puts there would wait for something else to happen. An immediate is such a callback.
    setImmediate(() => this.#socket.send(JSON.stringify({ id, method, params, sessionId })));
    return await promise;
  }

  /** One listener for an event of a session, or of the browser. */
  on(method: string, sessionId: string | undefined, listener: (event: CdpEvent) => void): void {
    this.#listeners.set(`${sessionId ?? ''} ${method}`, listener);
  }

  #receive({ id, sessionId, method, params = {}, result = {}, error }: Message): void {
    if (id === undefined) {
      this.#listeners.get(`${sessionId ?? ''} ${method}`)?.(params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}

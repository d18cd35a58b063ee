import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';

const MESSAGE = z.object({
  id: z.number().optional(),
  result: z.unknown(),
  error: z.object({ message: z.string() }).optional(),
});

/** Time for the answer to a command, in milliseconds. A heap profile of a large process takes seconds. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A client of the inspector of a Node.js process.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/
 */
export class InspectorClient {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#onMessage(String(data)));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#pending.values())
        reject(new Error('the inspector closed the connection; did the process restart?'));
      this.#pending.clear();
    });
  }

  /** @throws Error if the inspector does not accept the connection */
  static async connect(url: string): Promise<InspectorClient> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`cannot connect to the inspector at ${url}`)));
    });
    return new InspectorClient(socket);
  }

  /**
   * Runs a command, and returns its result.
   * @throws Error with the message of the inspector, or if it does not answer
   */
  async send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, answer);
    const timer = setTimeout(
      () =>
        answer.reject(new Error(`the inspector did not answer ${method} in ${ANSWER_TIMEOUT_MS / 1_000} s`)),
      ANSWER_TIMEOUT_MS,
    );
    this.#socket.send(JSON.stringify({ id, method, params }));
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  close(): void {
    this.#socket.close();
  }

  #onMessage(text: string): void {
    const { id, result, error } = readJson(MESSAGE, text, { name: 'the inspector' });
    const answer = this.#pending.get(id ?? 0);
    if (error) answer?.reject(new Error(`the inspector refused a command: ${error.message}`));
    else answer?.resolve(result);
  }
}

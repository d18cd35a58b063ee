import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';

const MESSAGE = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

const EVALUATION = z.object({
  exceptionDetails: z
    .object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() })
    .optional(),
});

/** Time for the inspector to accept a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Time for the answer to a command, in milliseconds. A heap profile of a large process takes seconds. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A client of the inspector of a Node.js process.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/
 */
export class InspectorClient {
  readonly #subject: string;
  readonly #socket: WebSocket;
  readonly #ended = new AbortController();
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor(subject: string, socket: WebSocket) {
    this.#subject = subject;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#onMessage(String(data)));
    socket.addEventListener('close', () =>
      this.#fail(
        new Error(`${subject}: the connection to its inspector ended; it exited or restarted, see its log`),
      ),
    );
  }

  /**
   * Connects to an inspector.
   *
   * @param subject name of the process, for messages
   * @throws Error if the inspector does not accept the connection in time; the reason of `signal`
   */
  static async connect(subject: string, url: string, signal: AbortSignal): Promise<InspectorClient> {
    const socket = new WebSocket(url);
    const opened = Promise.withResolvers<void>();
    const fail = (problem: string) =>
      opened.reject(new Error(`${subject}: the inspector at ${url} ${problem}; try again`));
    const onAbort = () => opened.reject(signal.reason);
    socket.addEventListener('open', () => opened.resolve());
    socket.addEventListener('error', () => fail('refused the connection'));
    signal.addEventListener('abort', onAbort);
    const timer = setTimeout(
      () => fail(`did not accept the connection within ${CONNECT_TIMEOUT_MS / 1_000} s`),
      CONNECT_TIMEOUT_MS,
    );
    try {
      await opened.promise;
    } catch (error) {
      socket.close();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
    return new InspectorClient(subject, socket);
  }

  /** Aborts with an error when the connection ends. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Runs a command, and returns its result.
   * @throws Error with the message of the inspector, or if the connection ends or the answer is late
   */
  async send(method: string, params: object = {}): Promise<unknown> {
    // A closed socket discards messages, so that no answer would follow.
    this.ended.throwIfAborted();
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, answer);
    const late = `${this.#subject}: the inspector did not answer ${method} in ${ANSWER_TIMEOUT_MS / 1_000} s`;
    const timer = setTimeout(() => answer.reject(new Error(late)), ANSWER_TIMEOUT_MS);
    this.#socket.send(JSON.stringify({ id, method, params }));
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  /**
   * Evaluates the body of an async function in the process, and waits until it returns. The body runs as a microtask: the
   * inspector may interrupt the process at any statement, even one that modifies the timers.
   *
   * @throws Error with the exception of the body; as `send` does
   */
  async run(body: string): Promise<void> {
    const expression = `Promise.resolve().then(async () => { ${body} })`;
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { exceptionDetails } = EVALUATION.parse(await this.send('Runtime.evaluate', options));
    if (!exceptionDetails) return;
    const { text, exception } = exceptionDetails;
    throw new Error(`${this.#subject}: ${exception?.description ?? text}`);
  }

  close(): void {
    this.#socket.close();
  }

  #fail(error: unknown): void {
    this.#ended.abort(error);
    for (const { reject } of this.#pending.values()) reject(this.ended.reason);
  }

  #onMessage(text: string): void {
    let message: z.infer<typeof MESSAGE>;
    try {
      message = readJson(MESSAGE, text, { name: `inspector of ${this.#subject}` });
    } catch (error) {
      this.#fail(error);
      return;
    }
    const { id, result, error } = message;
    const answer = this.#pending.get(id ?? 0);
    if (error)
      answer?.reject(new Error(`${this.#subject}: the inspector refused a command: ${error.message}`));
    else answer?.resolve(result);
  }
}

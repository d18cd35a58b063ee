import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the server received. */
export interface ReceivedQuery {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A response: a body, or a status and a body. */
export type Answer = (query: ReceivedQuery) => object | string;

/** A server with the query API of Prometheus, whose responses a test chooses. */
export class FakePrometheus {
  readonly queries: ReceivedQuery[] = [];
  answer: Answer = ({ fields }) => matrix({ service: 'order' }, [[Number(fields.start ?? fields.time), '1']]);
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const query = { path: request.url ?? '', fields: Object.fromEntries(new URLSearchParams(body)) };
      this.queries.push(query);
      const answer = this.answer(query);
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Returns a response with one series over time. */
export function matrix(
  metric: Readonly<Record<string, string>>,
  values: readonly (readonly [number, string])[],
): object {
  return { status: 'success', data: { resultType: 'matrix', result: [{ metric, values }] } };
}

/** Returns a response with the current values of series. */
export function vector(...series: readonly (readonly [Readonly<Record<string, string>>, string])[]): object {
  const result = series.map(([metric, value]) => ({ metric, value: [1_000, value] }));
  return { status: 'success', data: { resultType: 'vector', result } };
}

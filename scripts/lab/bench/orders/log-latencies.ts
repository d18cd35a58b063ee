import { z } from 'zod';
import { tryParseJson } from '../../../../mesh/run/process/read-json.ts';

/** One line of this many is parsed, so that parsing costs little CPU. */
const SAMPLE_INTERVAL = 16;

const LINE = z.object({
  message: z.enum(['call', 'request']),
  method: z.string(),
  route: z.string().optional(),
  milliseconds: z.number(),
});

/** Mean durations of calls, according to the access logs of the services. */
export class LogLatencies {
  readonly #lineCounts = new Map<string, number>();
  readonly #sums = new Map<string, { count: number; milliseconds: number }>();

  /** Adds a line of the log of `service`. */
  addLine(service: string, line: string): void {
    const lines = (this.#lineCounts.get(service) ?? 0) + 1;
    this.#lineCounts.set(service, lines);
    if (lines % SAMPLE_INTERVAL === 0) this.#parse(line);
  }

  reset(): void {
    this.#sums.clear();
  }

  /** Returns the mean duration in milliseconds. @param call `METHOD route`, or the name of a gRPC method */
  mean(call: string): number {
    const { count, milliseconds } = this.#sums.get(call) ?? { count: 0, milliseconds: 0 };
    return milliseconds / count;
  }

  #parse(line: string): void {
    const parsed = LINE.safeParse(tryParseJson(line));
    if (!parsed.success) return;
    const { method, route, milliseconds } = parsed.data;
    const call = route ? `${method} ${route}` : (method.split('/').at(-1) ?? '');
    const sum = this.#sums.get(call) ?? { count: 0, milliseconds: 0 };
    this.#sums.set(call, { count: sum.count + 1, milliseconds: sum.milliseconds + milliseconds });
  }
}

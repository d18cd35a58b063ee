import { z } from 'zod';
import { tryParseJson } from '../../../../mesh/run/process/read-json.ts';

/** One line of so many is read, so that reading costs little. */
const SAMPLE = 16;

const LINE = z.object({
  message: z.enum(['call', 'request']),
  method: z.string(),
  route: z.string().optional(),
  milliseconds: z.number(),
});

/** Means of how long calls took, as the services' own logs say it. */
export class Latencies {
  readonly #seen = new Map<string, number>();
  readonly #sums = new Map<string, { count: number; milliseconds: number }>();

  /** Takes a line of the log of `service`. */
  line(service: string, line: string): void {
    const seen = (this.#seen.get(service) ?? 0) + 1;
    this.#seen.set(service, seen);
    if (seen % SAMPLE === 0) this.#read(line);
  }

  forget(): void {
    this.#sums.clear();
  }

  /** Milliseconds, mean. @param call a route, or the end of a method's path */
  mean(call: string): number {
    const { count, milliseconds } = this.#sums.get(call) ?? { count: 0, milliseconds: 0 };
    return milliseconds / count;
  }

  #read(line: string): void {
    const parsed = LINE.safeParse(tryParseJson(line));
    if (!parsed.success) return;
    const { method, route, milliseconds } = parsed.data;
    const call = route ? `${method} ${route}` : (method.split('/').at(-1) ?? '');
    const sum = this.#sums.get(call) ?? { count: 0, milliseconds: 0 };
    this.#sums.set(call, { count: sum.count + 1, milliseconds: sum.milliseconds + milliseconds });
  }
}

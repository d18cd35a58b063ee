import { EventEmitter } from 'node:events';
import { ApiError } from '../api/api-error.ts';
import type { ConsoleLine, ProcessView } from '../api/views.ts';
import type { CommandMessage, ProcessAction, RunMessage } from './process-messages.ts';

/** Lines in memory per process. */
const MAX_LINES = 2_000;
/** Longer lines are cut. */
export const MAX_LINE_LENGTH = 4_000;

interface BoardEvents {
  readonly processes: [];
  readonly lines: [readonly ConsoleLine[]];
}

/** The processes of a run and their output, as the run reports them. */
export class ProcessBoard extends EventEmitter<BoardEvents> {
  #processes: readonly ProcessView[] = [];
  readonly #lines = new Map<string, ConsoleLine[]>();
  readonly #pending = new Map<number, PromiseWithResolvers<void>>();
  readonly #send: ((message: CommandMessage) => void) | undefined;
  #commands = 0;

  /** @param send sends a command to the run. @default processes cannot be controlled */
  constructor(send?: (message: CommandMessage) => void) {
    super();
    this.#send = send;
    // One listener per open page.
    this.setMaxListeners(0);
  }

  get processes(): readonly ProcessView[] {
    return this.#processes;
  }

  receive(message: RunMessage): void {
    switch (message.type) {
      case 'processes':
        this.#processes = message.processes;
        this.emit('processes');
        return;
      case 'lines':
        this.#addLines(message.lines);
        return;
      case 'result': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.error === undefined) pending?.resolve();
        else pending?.reject(new ApiError(409, message.error));
      }
    }
  }

  /** Returns the last lines in their order. */
  lines(process: string | undefined, after: number, limit: number): readonly ConsoleLine[] {
    const lists = process === undefined ? [...this.#lines.values()] : [this.#lines.get(process) ?? []];
    return lists
      .flatMap((list) => list.filter(({ sequence }) => sequence > after))
      .toSorted((a, b) => a.sequence - b.sequence)
      .slice(-limit);
  }

  /** Starts, stops or restarts a process. Resolves once it has its new state. @throws ApiError with the reason */
  async act(name: string, action: ProcessAction): Promise<ProcessView> {
    const process = this.#find(name);
    if (!this.#send || !process.isControllable)
      throw new ApiError(409, `process '${name}' cannot be controlled from this page`);
    const pending = Promise.withResolvers<void>();
    const id = ++this.#commands;
    this.#pending.set(id, pending);
    this.#send({ type: 'command', id, action, process: name });
    await pending.promise;
    return this.#find(name);
  }

  #find(name: string): ProcessView {
    const process = this.#processes.find((one) => one.name === name);
    if (process) return process;
    const names = this.#processes.map((one) => one.name).join(', ') || 'none';
    throw new ApiError(404, `process '${name}' does not exist; the run has: ${names}`);
  }

  #addLines(lines: readonly ConsoleLine[]): void {
    for (const line of lines) {
      const list = this.#lines.get(line.process) ?? [];
      list.push(line);
      if (list.length > 1.2 * MAX_LINES) list.splice(0, list.length - MAX_LINES);
      this.#lines.set(line.process, list);
    }
    this.emit('lines', lines);
  }
}

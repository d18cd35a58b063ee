import type { ConsoleLine, ProcessView } from './dashboard/api/views.ts';
import { MAX_LINE_LENGTH } from './dashboard/processes/process-board.ts';
import type { RunMessage } from './dashboard/processes/process-messages.ts';
import type { LocalPod } from './local-pod.ts';
import { isPostgres } from './postgres-process.ts';
import type { ProcessStatus } from './process-status.ts';
import { formatLogLine, type Reporter } from './reporter.ts';

/** Interval in which changes are collected. */
const INTERVAL_MS = 100;
/** Lines in memory, which a dashboard receives when it starts again. */
const MAX_RECENT_LINES = 2_000;
/** Lines per interval. Of a process that writes more, the first lines of the interval are left out. */
const MAX_LINES = 1_000;

/** Reports the processes of a run and their output to the dashboard. */
export class ProcessFeed implements Reporter {
  readonly #reporter: Reporter;
  readonly #processes = new Map<string, ProcessView>();
  readonly #recentLines: ConsoleLine[] = [];
  #pending: ConsoleLine[] = [];
  #sequence = 0;
  #omitted = 0;
  #send: ((message: RunMessage) => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #haveProcessesChanged = false;

  /** @param reporter also receives everything that is reported */
  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  line(name: string, line: string): void {
    this.#reporter.line(name, line);
    const { text, level } = formatLogLine(line);
    this.#add(name, level, text);
  }

  note(name: string, text: string): void {
    this.#reporter.note(name, text);
    this.#add(name, 'info', text);
  }

  problem(name: string, text: string): void {
    this.#reporter.problem(name, text);
    this.#add(name, 'error', text);
  }

  setStatus(name: string, pod: LocalPod | undefined, status: ProcessStatus): void {
    this.#processes.set(name, processView(name, pod, status));
    this.#haveProcessesChanged = true;
    this.#schedule();
  }

  /** Sends everything to a dashboard that has started, and changes from then on. */
  connect(send: (message: RunMessage) => void): void {
    this.#send = send;
    send({ type: 'processes', processes: [...this.#processes.values()] });
    send({ type: 'lines', lines: [...this.#recentLines] });
    this.#pending = [];
    this.#omitted = 0;
  }

  disconnect(): void {
    this.#send = undefined;
  }

  #add(process: string, level: string, text: string): void {
    const cut = text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH)}…` : text;
    const line = { sequence: ++this.#sequence, process, time: Date.now(), level, text: cut };
    this.#recentLines.push(line);
    if (this.#recentLines.length > 1.2 * MAX_RECENT_LINES)
      this.#recentLines.splice(0, this.#recentLines.length - MAX_RECENT_LINES);
    if (!this.#send) return;
    this.#pending.push(line);
    if (this.#pending.length > MAX_LINES) {
      this.#pending.shift();
      this.#omitted++;
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, INTERVAL_MS).unref();
  }

  /** Sends changes without waiting for the end of the interval. */
  flush(): void {
    if (!this.#send) return;
    if (this.#haveProcessesChanged) {
      this.#haveProcessesChanged = false;
      this.#send({ type: 'processes', processes: [...this.#processes.values()] });
    }
    if (this.#pending.length === 0) return;
    const lines = this.#pending;
    this.#pending = [];
    if (this.#omitted > 0) {
      const text = `${this.#omitted} lines are left out, because the processes write too many`;
      lines.unshift({ sequence: ++this.#sequence, process: 'weft', time: Date.now(), level: 'warn', text });
      this.#omitted = 0;
    }
    this.#send({ type: 'lines', lines });
  }
}

function processView(
  name: string,
  pod: LocalPod | undefined,
  { phase, since, pid, restarts, waitsFor, lastProblem }: ProcessStatus,
): ProcessView {
  return {
    name,
    service: pod?.container.name ?? name,
    kind: pod === undefined ? 'dashboard' : isPostgres(pod) ? 'database' : 'service',
    state: phase,
    pid: pid ?? null,
    restarts,
    since,
    waitsFor: waitsFor ?? null,
    lastProblem: lastProblem ?? null,
    ports: (pod?.container.ports ?? []).map((port) => ({
      name: port.name,
      address: `127.0.0.1:${pod?.ports.get(port.containerPort)}`,
    })),
    isControllable: pod !== undefined,
  };
}

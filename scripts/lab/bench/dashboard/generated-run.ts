import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeclaredGraph } from '../../../../mesh/policy/declared-graph.ts';
import { planDashboard } from '../../../../mesh/run/dashboard-process.ts';
import { loadPorts } from '../../../../mesh/run/ports.ts';
import { ProcessFeed } from '../../../../mesh/run/process-feed.ts';
import { openSecrets } from '../../../../mesh/run/secrets.ts';
import { ROOT } from '../../../process/run-tool.ts';
import { inFolder } from '../start.ts';

/** The dashboard of a run that has a graph, but no services. */
export interface GeneratedRun {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** Rejects if the dashboard exits. Never resolves. */
  readonly failed: Promise<never>;
  /** Returns the largest memory that the process of the dashboard has had, in MB. */
  readMaxMemoryMB(): Promise<number>;
}

/** Interval in which the run reports a line of output, in milliseconds. */
const LINE_INTERVAL_MS = 50;

/**
 * Starts the process of the dashboard as `npm start` does, with another graph, and stops it after `use`. The run reports a
 * ready process for each service, and lines of output.
 */
export function withGeneratedRun<T>(
  graph: DeclaredGraph,
  onKill: (kill: () => void) => void,
  use: (run: GeneratedRun) => Promise<T>,
): Promise<T> {
  return inFolder(async (data) => {
    await mkdir(join(data, 'manifests'));
    await writeFile(join(data, 'manifests', 'graph.json'), JSON.stringify(graph));
    const reportProblem = (name: string, text: string) => process.stderr.write(`${name}: ${text}\n`);
    const feed = new ProcessFeed({ line: () => {}, note: () => {}, problem: reportProblem });
    const planned = await planDashboard({
      root: ROOT,
      data,
      ports: await loadPorts(join(data, 'ports.json')),
      secrets: openSecrets(join(data, 'secrets')),
      environment: process.env,
      feed,
      act: async (name) => {
        throw new Error(`process '${name}' does not run; it is generated`);
      },
    });
    const dashboard = await planned.launch({
      onLine: (line) => reportProblem('dashboard', line),
      onWait: () => {},
    });
    onKill(() => dashboard.kill());
    const failed = dashboard.exited.then(({ code, signal }): never => {
      throw new Error(`the dashboard exited with ${signal ?? `code ${code}`}; its output is above`);
    });
    // Its exit after `use` is expected.
    failed.catch(() => {});
    const stopReports = reportProcesses(graph, feed);
    try {
      await Promise.race([dashboard.ready, failed]);
      const { url, token } = planned;
      const readMaxMemoryMB = () => readPeakMB(dashboard.pid);
      return await use({ url, token, failed, readMaxMemoryMB });
    } finally {
      stopReports();
      await dashboard.stop();
    }
  });
}

/** Reports a process for each service, and a line of one of them after the other. */
function reportProcesses({ services }: DeclaredGraph, feed: ProcessFeed): () => void {
  const since = Date.now();
  const status = {
    phase: 'ready',
    since,
    pid: undefined,
    restarts: 0,
    waitsFor: undefined,
    lastProblem: undefined,
  } as const;
  for (const { name } of services) feed.setStatus(name, undefined, status);
  let lines = 0;
  const timer = setInterval(() => {
    const { name = '' } = services[lines++ % services.length] ?? {};
    feed.line(
      name,
      JSON.stringify({ level: 'info', message: 'request', method: 'Get', milliseconds: lines % 90 }),
    );
  }, LINE_INTERVAL_MS);
  return () => clearInterval(timer);
}

/** Reads the peak of the resident set (proc_pid_status(5)) in units of 10^6 bytes. */
async function readPeakMB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(text) ?? [];
  if (kibibytes === undefined)
    throw new Error(`/proc/${pid}/status has no VmHWM; this benchmark needs Linux`);
  return (Number(kibibytes) * 1_024) / 1e6;
}

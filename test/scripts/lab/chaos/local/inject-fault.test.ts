import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import type { LocalRun } from '../../../../../mesh/run/local-run.ts';
import { injectFault } from '../../../../../scripts/lab/chaos/local/inject-fault.ts';
import type { Link } from '../../../../../scripts/lab/chaos/local/link.ts';
import type { Network } from '../../../../../scripts/lab/chaos/local/network.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const NO_LINKS: Network = {
  reroute: async (endpoints) => endpoints,
  addLink: async (_, address) => address,
  linksTo: (target) => {
    throw new Error(`no link leads to ${target}`);
  },
  close: () => {},
};

/** Starts an idle process as the service `order` of a run. @param missingPolls number of polls that do not find it */
async function startOrder(missingPolls = 0) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  children.push(child);
  await once(child, 'spawn');
  let polls = 0;
  const local = {
    pods: [{ name: 'order' }],
    pidOf: () => (polls++ < missingPolls ? undefined : child.pid),
  } as unknown as LocalRun;
  return { child, local, polls: () => polls };
}

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  return (await run('ps', ['-o', 'state=', '-p', String(pid)])).stdout.startsWith('T');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

test('kills with SIGKILL, once a restarting process exists', async () => {
  const { child, local, polls } = await startOrder(2);
  const exited = once(child, 'exit');
  await injectFault(
    { run: local, network: NO_LINKS },
    { kind: 'kill', target: 'order', afterOrders: 0 },
    signal,
  );
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(polls()).toBe(3);
});

test('freezes a process and resumes it, also when the run stops', async () => {
  const { child, local } = await startOrder();
  const stop = new AbortController();
  const freeze = { kind: 'freeze', target: 'order', durationMs: 3_600_000, afterOrders: 0 } as const;
  const { completion: over } = await injectFault({ run: local, network: NO_LINKS }, freeze, stop.signal);
  await until(() => isStopped(child));
  stop.abort(new Error('stopped'));
  await expect(over).rejects.toThrow();
  await until(async () => !(await isStopped(child)));
  await (await injectFault({ run: local, network: NO_LINKS }, { ...freeze, durationMs: 1 }, signal))
    .completion;
  await until(async () => !(await isStopped(child)));
});

test('ignores a process that ended while it was frozen', async () => {
  const { child, local } = await startOrder();
  const exited = once(child, 'exit');
  const freeze = { kind: 'freeze', target: 'order', durationMs: 100, afterOrders: 0 } as const;
  const { completion: over } = await injectFault({ run: local, network: NO_LINKS }, freeze, signal);
  child.kill('SIGKILL');
  await exited;
  await over;
});

test('cuts every link to the target and repairs it', async () => {
  const { local } = await startOrder();
  const operations: string[] = [];
  const link = (name: string) =>
    ({
      cut: () => {
        operations.push(`cut ${name}`);
        return () => operations.push(`repair ${name}`);
      },
    }) as unknown as Link;
  const network = { ...NO_LINKS, linksTo: () => [link('a'), link('b')] };
  const fault = { kind: 'cut', target: 'order', durationMs: 1, afterOrders: 0 } as const;
  await (await injectFault({ run: local, network }, fault, signal)).completion;
  expect(operations).toEqual(['cut a', 'cut b', 'repair a', 'repair b']);
});

test('silences every link to the target and resets the server ends when the run stops', async () => {
  const { local } = await startOrder();
  const operations: string[] = [];
  const silence = () => {
    operations.push('silence');
    return () => operations.push('reset');
  };
  const link = { silence } as unknown as Link;
  const network = { ...NO_LINKS, linksTo: () => [link, link] };
  const stop = new AbortController();
  const fault = { kind: 'blackhole', target: 'order', afterOrders: 0 } as const;
  const { completion: over } = await injectFault({ run: local, network }, fault, stop.signal);
  expect(operations).toEqual(['silence', 'silence']);
  stop.abort(new Error('stopped'));
  await expect(over).rejects.toThrow();
  expect(operations).toEqual(['silence', 'silence', 'reset', 'reset']);
});

test('rejects a target that does not exist', async () => {
  const { local } = await startOrder();
  const fault = { kind: 'kill', target: 'user', afterOrders: 0 } as const;
  await expect(injectFault({ run: local, network: NO_LINKS }, fault, signal)).rejects.toThrow(
    'process user does not exist',
  );
});

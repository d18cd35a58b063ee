import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import type { LocalRun } from '../../../../../mesh/run/local-run.ts';
import { inflict } from '../../../../../scripts/lab/chaos/local/inflict.ts';
import type { Link } from '../../../../../scripts/lab/chaos/local/link.ts';
import type { Network } from '../../../../../scripts/lab/chaos/local/network.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const NOWHERE: Network = {
  reroute: async (endpoints) => endpoints,
  lead: async (_, address) => address,
  to: (target) => {
    throw new Error(`no network leads to ${target}`);
  },
  close: () => {},
};

/** A process that waits, and a run whose service order it is. @param absent how often there is none when it is looked for */
async function orderProcess(absent = 0) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  children.push(child);
  await once(child, 'spawn');
  let looks = 0;
  const local = {
    pods: [{ name: 'order' }],
    pidOf: () => (looks++ < absent ? undefined : child.pid),
  } as unknown as LocalRun;
  return { child, local, looks: () => looks };
}

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  return (await run('ps', ['-o', 'state=', '-p', String(pid)])).stdout.startsWith('T');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

test('a kill is SIGKILL, for a process that is being started again as soon as it is there', async () => {
  const { child, local, looks } = await orderProcess(2);
  const exited = once(child, 'exit');
  await inflict({ run: local, network: NOWHERE }, { kind: 'kill', target: 'order', after: 0 }, signal);
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(looks()).toBe(3);
});

test('a freeze stops the process, and lets it go on, also when the run is stopped', async () => {
  const { child, local } = await orderProcess();
  const stop = new AbortController();
  const freeze = { kind: 'freeze', target: 'order', milliseconds: 3_600_000, after: 0 } as const;
  const { over } = await inflict({ run: local, network: NOWHERE }, freeze, stop.signal);
  await until(() => isStopped(child));
  stop.abort(new Error('stopped'));
  await expect(over).rejects.toThrow();
  await until(async () => !(await isStopped(child)));
  await (await inflict({ run: local, network: NOWHERE }, { ...freeze, milliseconds: 1 }, signal)).over;
  await until(async () => !(await isStopped(child)));
});

test('a process that ended while it was frozen is left alone', async () => {
  const { child, local } = await orderProcess();
  const exited = once(child, 'exit');
  const freeze = { kind: 'freeze', target: 'order', milliseconds: 100, after: 0 } as const;
  const { over } = await inflict({ run: local, network: NOWHERE }, freeze, signal);
  child.kill('SIGKILL');
  await exited;
  await over;
});

test('a network is cut for every way that leads there, and mended', async () => {
  const { local } = await orderProcess();
  const did: string[] = [];
  const link = (name: string) =>
    ({
      cut: () => {
        did.push(`cut ${name}`);
        return () => did.push(`mend ${name}`);
      },
    }) as unknown as Link;
  const network = { ...NOWHERE, to: () => [link('a'), link('b')] };
  const fault = { kind: 'cut', target: 'order', milliseconds: 1, after: 0 } as const;
  await (await inflict({ run: local, network }, fault, signal)).over;
  expect(did).toEqual(['cut a', 'cut b', 'mend a', 'mend b']);
});

test('a blackhole silences every way that leads there, and the server learns of it when the run is stopped', async () => {
  const { local } = await orderProcess();
  const did: string[] = [];
  const swallow = () => {
    did.push('swallow');
    return () => did.push('reset');
  };
  const link = { swallow } as unknown as Link;
  const network = { ...NOWHERE, to: () => [link, link] };
  const stop = new AbortController();
  const fault = { kind: 'blackhole', target: 'order', after: 0 } as const;
  const { over } = await inflict({ run: local, network }, fault, stop.signal);
  expect(did).toEqual(['swallow', 'swallow']);
  stop.abort(new Error('stopped'));
  await expect(over).rejects.toThrow();
  expect(did).toEqual(['swallow', 'swallow', 'reset', 'reset']);
});

test('who is not there cannot be killed', async () => {
  const { local } = await orderProcess();
  const fault = { kind: 'kill', target: 'user', after: 0 } as const;
  await expect(inflict({ run: local, network: NOWHERE }, fault, signal)).rejects.toThrow(
    'no process is called user',
  );
});

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ProgramOptions, runProgram } from '../../../../scripts/process/run-program.ts';
import { type Recorded, standIn } from '../../../stand-in.ts';
import { BUSY, LocalServices } from './local-services.ts';

let services: LocalServices;
let out: string;
beforeEach(async () => {
  services = await LocalServices.create();
  out = join(services.data, 'out');
});
afterEach(() => services.stop());

/** Runs the command, and returns its output. */
function profile(words: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const args = ['scripts/profile.ts', ...words, '--data', services.data];
  return runProgram(process.execPath, [...args, ...(words.includes('--out') ? [] : ['--out', out])], options);
}

test('writes both profiles and the page, and prints the self time by part', async () => {
  const { pid } = await services.start('order', BUSY);
  const text = await profile(['order', '--seconds', '1']);
  expect(text).toMatch(
    /^order used \d+ % of one core\n\nCPU: self time by part\n +\d+\.\d % +\d+ ms {2}services\/order\n/,
  );
  expect(text).toMatch(/\n\nmemory: allocations by part\n +\d+\.\d % +\d+\.\d\d MiB {2}\S/);
  const files = (await readdir(out)).toSorted();
  expect(files).toEqual([
    expect.stringMatching(/^order-\d{8}T\d{6}\.cpuprofile$/),
    expect.stringMatching(/^order-\d{8}T\d{6}\.heapprofile$/),
    expect.stringMatching(/^order-\d{8}T\d{6}\.html$/),
  ]);
  const [cpu = '', heap = '', page = ''] = await Promise.all(
    files.map((name) => readFile(join(out, name), 'utf8')),
  );
  expect(JSON.parse(cpu)).toMatchObject({ nodes: expect.anything(), samples: expect.anything() });
  expect(JSON.parse(heap)).toHaveProperty('head');
  expect(page).toContain(`order, process ${pid} · 1 s`);
  // Self-contained: no address but those of the profile itself.
  expect(page).not.toMatch(/(?:src|href)=|url\(|@import/);
});

test('--json prints the files and the shares', async () => {
  const { pid } = await services.start('order', BUSY);
  const result = JSON.parse(await profile(['order', '--seconds', '1', '--json']));
  expect(result).toMatchObject({ service: 'order', target: `order, process ${pid}`, seconds: 1 });
  expect(result.busyShare).toBeGreaterThan(0.1);
  expect(result.cpu[0]).toMatchObject({ part: 'services/order', share: expect.any(Number) });
  expect(result.heap[0]).toMatchObject({ part: expect.any(String), share: expect.any(Number) });
});

test('wrong arguments are refused with exit code 2', async () => {
  for (const [words, message] of [
    [[], 'the name of a service is missing; name one, such as order'],
    [['order', 'gateway'], "'order gateway' is more than one service; record one at a time"],
    [['order', '--seconds', '0'], "--seconds '0'"],
    [['order', '--seconds', '301'], "--seconds '301'"],
    [['order', '--seconds', 'ten'], "--seconds 'ten'"],
    [['order', '--env', 'production'], "--env 'production' must be one of local, kind"],
    [['order', '--pod', 'order-1'], "--pod 'order-1' needs --env kind"],
  ] as const)
    await expect(profile(words)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test('a folder that cannot be written is reported before the recording', async () => {
  await services.start('order', BUSY);
  await writeFile(out, 'a file');
  for (const folder of [out, join(out, 'below')])
    await expect(profile(['order', '--out', folder])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: \S+: a (?:file is in its place|part of its path is a file)[^\n]*\n$/,
      ),
    });
});

test('without a shop, names the folder and the command that starts one', async () => {
  await writeFile(join(services.data, 'lock'), '');
  await expect(profile(['order'])).rejects.toMatchObject({
    code: 1,
    stderr: `error: no shop runs with the data folder ${services.data}; start it with npm start, or pass --data\n`,
  });
});

const pod = (name: string, app: string, ready: boolean) => ({
  metadata: { name, labels: { app } },
  spec: { containers: [{ name: app, image: `weft/${app}:1` }] },
  status: { phase: 'Running', containerStatuses: [{ name: app, ready, state: {} }] },
});
const PODS: Recorded = {
  when: 'get pods',
  stdout: JSON.stringify({
    items: [pod('order-a', 'order', true), pod('order-b', 'order', false), pod('user-a', 'user', false)],
  }),
};

test('pods that cannot be recorded are reported', async () => {
  for (const [words, exec, message] of [
    [['oder'], {}, "the cluster runs no pod of 'oder'; use one of order, user"],
    [['user'], {}, 'user has no ready pod; pods of user: user-a'],
    [
      ['order', '--pod', 'order-b'],
      {},
      "'order-b' is no ready pod of order; pods of order: order-a, order-b",
    ],
    [['order'], { code: 3 }, 'pod order-a: process 1 of its container does not handle SIGUSR1'],
    [['order'], { code: 1, stderr: 'Forbidden' }, 'Forbidden'],
  ] as const) {
    const programs = await standIn({ kubectl: [PODS, { when: 'exec order-a', ...exec }] });
    try {
      await expect(profile([...words, '--env', 'kind'], programs.options)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining(message),
      });
    } finally {
      await programs.remove();
    }
  }
});

import { afterEach, expect, test } from '@jest/globals';
import { ProgramError, runProgram } from '../../../../scripts/process/run-program.ts';
import { type Recorded, type StandIn, standIn } from '../../../stand-in.ts';

let programs: StandIn | undefined;
afterEach(() => programs?.remove());

async function run(verb: string, answers: Readonly<Record<string, readonly Recorded[]>>) {
  programs = await standIn(answers);
  const [script = '', ...args] = verb.split(' ');
  try {
    const words = [`scripts/${script}.ts`, ...args];
    return { code: 0, stdout: await runProgram(process.execPath, words, programs.options), stderr: '' };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const { code, stdout, stderr } = error;
    return { code, stdout, stderr };
  }
}

const json = (value: unknown): Recorded => ({ stdout: JSON.stringify(value) });
const kind: readonly Recorded[] = [{ when: 'get clusters', stdout: 'weft\n' }];
const service = {
  when: 'get service',
  ...json({ metadata: { annotations: { 'weft/address': 'http://127.0.0.1:1' } } }),
};

test('kind:status shows a cluster without pods', async () => {
  const kubectl = [service, json({ items: null })];
  const { code, stdout, stderr } = await run('kind-status --json', {
    ...{ kind, kubectl, istioctl: [json({ resources: null })] },
  });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ ready: false, workloads: [], pods: [], proxiesBehind: [] });
});

test('kind:status names the command with unexpected output, also with --json', async () => {
  const kubectl = [service, { stdout: '<!DOCTYPE html><title>Sign in</title>' }];
  const { code, stdout, stderr } = await run('kind-status --json', {
    ...{ kind, kubectl, istioctl: [json({ resources: null })] },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: kubectl --context=kind-weft get [^\n]* it begins with '<!DOCTYPE html>[^\n]*\n$/,
  );
  const { error } = JSON.parse(stdout);
  expect(error).toEqual({ message: stderr.slice('error: '.length).trimEnd(), unexpected: false });
});

test('events names the command with truncated output', async () => {
  const { code, stderr } = await run('events dead --env kind', { kubectl: [{ stdout: '[{"group":"a",' }] });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: kubectl --context=kind-weft exec --stdin postgres-0 .* is truncated after 14 characters/,
  );
});

test('kind:down prints the error of kind', async () => {
  const failing = [...kind, { when: 'delete cluster', stderr: 'ERROR: permission denied\n', code: 1 }];
  const { code, stderr } = await run('kind-down', { kind: failing });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'error: kind delete cluster --name weft\nERROR: permission denied\n',
  });
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { binomialInterval } from '../../scripts/operate/rollout/binomial.ts';
import { ProgramError, runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';
import { kubectlJson } from '../cluster/kubectl-json.ts';
import { runVerb, versionsText } from '../cluster/run-verb.ts';
import { documentedCommands } from '../docs/documented-commands.ts';

const MARK = '--- next block ---';

let before: string;
let specBefore: unknown;

beforeAll(async () => {
  before = await versionsText();
  specBefore = await virtualService();
});

afterAll(async () => {
  if (JSON.stringify(await virtualService()) === JSON.stringify(specBefore)) return;
  await runVerb('shift', 'product', 'v2=0', '--requests', '0');
});

async function virtualService(): Promise<unknown> {
  const words = ['get', 'virtualservice', 'product', `--namespace=${NAMESPACE}`];
  return (await kubectlJson<{ spec: unknown }>(words)).spec;
}

/** Returns an error that names the block that failed, with its own output only. */
function failedBlockError(blocks: readonly string[], output: string): Error {
  const outputs = output.split(`${MARK}\n`);
  return new Error(`this block failed:\n${blocks[outputs.length - 1]}\nIts output:\n${outputs.at(-1)}`);
}

test('the commands of the page have the effects that the page describes', async () => {
  const blocks = documentedCommands(await readFile('docs/traffic-shifting.md', 'utf8'));
  // One shell, because later commands use variables of earlier ones. istioctl prints findings to standard error.
  const script = `exec 2>&1\n${blocks.map((block) => `${block}\necho '${MARK}'\n`).join('')}`;
  const signal = AbortSignal.timeout(170_000);
  const text = await runProgram('sh', ['-eu', '-s'], { cwd: ROOT, input: script, signal }).catch((error) => {
    throw error instanceof ProgramError ? failedBlockError(blocks, error.stdout) : error;
  });
  const outputs = text.split(`${MARK}\n`);
  expect(outputs).toHaveLength(blocks.length + 1);
  const outputOf = (command: string) => outputs[blocks.findIndex((block) => block.includes(command))] ?? '';

  expect(outputOf('range .spec.http[*]')).toContain('gateway-to-product: v1=100 v2=0');
  expect(outputOf('"value": 50}\n')).toContain('No validation issues found');
  expect(outputOf('weightedClusters')).toMatch(/outbound\|50051\|v2\|product[^}]*"weight": *50/);
  const interval = binomialInterval(100, 0.5, 0.999_999);
  const v2Responses = Number(outputOf('SHOP=$('));
  expect(v2Responses).toBeGreaterThanOrEqual(interval.min);
  expect(v2Responses).toBeLessThanOrEqual(interval.max);
  expect(outputOf("-H 'x-canary: 1'")).toContain('gateway-to-product-v2: {"x-canary":{"exact":"1"}}');
  expect(outputOf("-H 'x-canary: beta'")).toContain('"availability":');
  expect(outputOf('mirrorPercentage')).toMatch(/No validation issues found.*\n0\n$/s);
  expect(outputOf('upstream_rq_total')).toMatch(/upstream_rq_total\{cluster_name="inbound\|50051\|\|"\} \d+/);
  expect(outputOf('describe pod')).toContain('Workload mTLS mode: STRICT');
  expect(outputOf('npm run shift')).toContain('product: v1 100 %, v2 0 %');

  expect(await virtualService()).toEqual(specBefore);
  expect(await versionsText()).toBe(before);
});

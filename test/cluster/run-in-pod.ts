import { readFile } from 'node:fs/promises';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import type { ContainerPlace } from './pods.ts';

/** Scripts of in-pod/. Each reads the constant `INPUT` and prints one JSON value. */
type Script =
  | 'grpc-calls'
  | 'http-requests'
  | 'postgres-sign-ins'
  | 'scrapes'
  | 'tcp-connects'
  | 'tcp-greetings';

/**
 * Runs a script of in-pod/ in a container of a service's image, with the packages of that image. Script and input are passed
 * by standard input, so that no password is in a list of processes.
 *
 * @returns the printed value
 */
export async function runInPod<T>(
  { pod, namespace, container }: ContainerPlace,
  script: Script,
  input: object,
): Promise<T> {
  const source = await readFile(new URL(`in-pod/${script}.ts`, import.meta.url), 'utf8');
  const node = ['node', '--input-type=module-typescript', '-'];
  const output = await kubectl(
    ['exec', '--stdin', pod, `--namespace=${namespace}`, `--container=${container}`, '--', ...node],
    { input: `const INPUT = ${JSON.stringify(input)};\n${source}` },
  );
  return JSON.parse(output) as T;
}

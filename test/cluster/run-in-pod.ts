import { readFile } from 'node:fs/promises';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import type { Place } from './pods.ts';

/** The scripts below in-pod/: each reads the constant `INPUT` and prints one JSON value. */
type Script =
  | 'grpc-calls'
  | 'http-requests'
  | 'postgres-sign-ins'
  | 'scrapes'
  | 'tcp-connects'
  | 'tcp-greetings';

/**
 * Runs a script of in-pod/ in a container of a service's image, with the packages of that image. It goes there by
 * standard input, with what it is given before it: a password is in no list of processes.
 *
 * @returns what it prints
 */
export async function runInPod<T>(
  { pod, namespace, container }: Place,
  script: Script,
  input: object,
): Promise<T> {
  const source = await readFile(new URL(`in-pod/${script}.ts`, import.meta.url), 'utf8');
  const node = ['node', '--input-type=module-typescript', '-'];
  const said = await kubectl(
    ['exec', '--stdin', pod, `--namespace=${namespace}`, `--container=${container}`, '--', ...node],
    { input: `const INPUT = ${JSON.stringify(input)};\n${source}` },
  );
  return JSON.parse(said) as T;
}

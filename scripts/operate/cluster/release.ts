import { z } from 'zod';
import { BROKERS, type Broker } from '../../../mesh/policy/broker.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { listOf, strings } from '../../process/go-json.ts';
import { commandSource, QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlCommand, NAMESPACE } from './kubectl.ts';
import { KUBE_OBJECT, type KubeObject, nameOf } from './objects.ts';

/** What is chosen for a release beside what the graph says. */
export interface ReleaseOptions {
  /** Image tags by service. */
  readonly tags: Readonly<Record<string, string>>;
  /** What carries topics. @default the environment's */
  readonly broker?: Broker;
}

/** What was applied last. The cluster keeps it, so that any checkout can go on from there. */
export interface Release extends ReleaseOptions {
  readonly objects: readonly KubeObject[];
}

const NAME = 'weft-release';
const RELEASE = z.object({
  tags: strings,
  broker: z.enum(BROKERS).exactOptional(),
  objects: listOf(KUBE_OBJECT),
});
const EMPTY_RELEASE: Release = { tags: {}, objects: [] };

/** The last release; an empty one where there was none. */
export async function readRelease(options: ProgramOptions = {}): Promise<Release> {
  const get = ['get', 'configmap', NAME, `--namespace=${NAMESPACE}`, '--ignore-not-found'];
  const words = [...get, '--output=jsonpath={.data.release}'];
  const release = await kubectl(words, { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  if (release === '') return EMPTY_RELEASE;
  const [program, ...args] = kubectlCommand(words);
  return readJson(RELEASE, release, commandSource(program, args));
}

export async function writeRelease(
  { objects, ...chosen }: Release,
  options: ProgramOptions = {},
): Promise<void> {
  const once = new Map(objects.map((object) => [nameOf(object), object]));
  const names = [...once.values()].map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace && { namespace }) },
  }));
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: NAMESPACE },
    data: { release: JSON.stringify({ ...chosen, objects: names }) },
  };
  const apply = ['apply', '--server-side', '--field-manager=weft', '--force-conflicts', '--filename=-'];
  await kubectl(apply, { ...options, input: JSON.stringify(configMap) });
}

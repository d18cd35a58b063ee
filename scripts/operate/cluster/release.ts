import { z } from 'zod';
import { OBSERVABILITY_PARTS } from '../../../charts/observability/settings.ts';
import type { ObservabilityOptions } from '../../../charts/observability-override.ts';
import { BROKERS, type Broker } from '../../../mesh/policy/broker.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { listOf, strings } from '../../process/go-json.ts';
import { commandSource, QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlCommand, NAMESPACE } from './kubectl.ts';
import { KUBE_OBJECT, type KubeObject, nameOf } from './objects.ts';

/** Options of a release that the graph does not contain. */
export interface ReleaseOptions {
  /** Image tags by service. */
  readonly tags: Readonly<Record<string, string>>;
  /** The broker of topics. @default the broker of the environment */
  readonly broker?: Broker;
  /** @default no observability stack */
  readonly observability?: ObservabilityOptions;
}

/** The applied release. The cluster stores it, so that any checkout can update it. */
export interface Release extends ReleaseOptions {
  readonly objects: readonly KubeObject[];
}

const NAME = 'weft-release';
const RELEASE = z.object({
  tags: strings,
  broker: z.enum(BROKERS).exactOptional(),
  observability: z.object({ without: listOf(z.enum(OBSERVABILITY_PARTS)) }).exactOptional(),
  objects: listOf(KUBE_OBJECT),
});
const EMPTY_RELEASE: Release = { tags: {}, objects: [] };

/** Returns the applied release, or an empty one if there is none. */
export async function readRelease(options: ProgramOptions = {}): Promise<Release> {
  const get = ['get', 'configmap', NAME, `--namespace=${NAMESPACE}`, '--ignore-not-found'];
  const words = [...get, '--output=jsonpath={.data.release}'];
  const release = await kubectl(words, { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  if (release === '') return EMPTY_RELEASE;
  const [program, ...args] = kubectlCommand(words);
  return readJson(RELEASE, release, commandSource(program, args));
}

/** Stores the release in the cluster, with the names of its objects. */
export async function writeRelease(
  { objects, ...release }: Release,
  options: ProgramOptions = {},
): Promise<void> {
  const unique = new Map(objects.map((object) => [nameOf(object), object]));
  const names = [...unique.values()].map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace && { namespace }) },
  }));
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: NAMESPACE },
    data: { release: JSON.stringify({ ...release, objects: names }) },
  };
  const apply = ['apply', '--server-side', '--field-manager=weft', '--force-conflicts', '--filename=-'];
  await kubectl(apply, { ...options, input: JSON.stringify(configMap) });
}

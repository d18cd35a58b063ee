import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { listOf } from '../../process/go-json.ts';
import { commandSource } from '../../process/program-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlCommand } from './kubectl.ts';
import { asList, KUBE_OBJECT, type KubeObject, nameOf } from './objects.ts';

/** What an apply did, as names of objects. */
export interface ApplyResult {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Applies objects in their order, and says what that changed. */
export async function applyObjects(
  objects: readonly KubeObject[],
  options: ProgramOptions = {},
): Promise<ApplyResult> {
  if (objects.length === 0) return { created: [], changed: [], unchanged: [] };
  const input = asList(objects);
  const before = await kubectlObjects(['get', '--ignore-not-found', '--filename=-'], { ...options, input });
  const apply = ['apply', '--server-side', '--field-manager=weft', '--force-conflicts', '--filename=-'];
  const after = await kubectlObjects(apply, { ...options, input });
  const earlier = new Map(before.map((object) => [nameOf(object), object]));
  const applied = new Map(objects.map((object) => [nameOf(object), object]));
  const isSame = (now: KubeObject, then: KubeObject) => {
    const own = applied.get(nameOf(now));
    return isDeepStrictEqual(ownPart(now, own), ownPart(then, own));
  };
  const names = (is: (now: KubeObject, then: KubeObject | undefined) => boolean) =>
    after.filter((object) => is(object, earlier.get(nameOf(object)))).map(nameOf);
  return {
    created: names((_, then) => !then),
    changed: names((now, then) => then !== undefined && !isSame(now, then)),
    unchanged: names((now, then) => then !== undefined && isSame(now, then)),
  };
}

/**
 * Deletes what was applied once and is not asked for any more; never a namespace, and so never any data.
 *
 * @returns names of what was deleted
 */
export async function prune(
  earlier: readonly KubeObject[],
  now: readonly KubeObject[],
  options: ProgramOptions = {},
): Promise<readonly string[]> {
  const kept = new Set(now.map(nameOf));
  const gone = earlier.filter((object) => object.kind !== 'Namespace' && !kept.has(nameOf(object)));
  if (gone.length === 0) return [];
  const words = ['delete', '--ignore-not-found', '--timeout=2m', '--filename=-'];
  await kubectl(words, { ...options, input: asList(gone) });
  return gone.map(nameOf);
}

/** Objects as kubectl prints them: one by itself, several as a list. */
const OBJECTS = z.union([
  z.object({ kind: z.literal('List'), items: listOf(KUBE_OBJECT) }).transform(({ items }) => items),
  KUBE_OBJECT.transform((object) => [object]),
]);

/** Nothing is printed where there is no such object. */
async function kubectlObjects(
  words: readonly string[],
  options: ProgramOptions,
): Promise<readonly KubeObject[]> {
  const [program, ...args] = kubectlCommand([...words, '--output=json']);
  const text = await kubectl([...words, '--output=json'], options);
  return text.trim() === '' ? [] : readJson(OBJECTS, text, commandSource(program, args));
}

type WithSpec = KubeObject & {
  readonly spec?: { readonly replicas?: number } | null;
  readonly status?: unknown;
};

/**
 * Returns an object without the parts that the cluster writes: its status, and the replicas that an autoscaler chooses where
 * the applied manifest has none. The autoscaler may change them between the two readings.
 */
function ownPart(object: WithSpec, applied: WithSpec | undefined): unknown {
  const { metadata, status: _status, spec, ...rest } = object;
  const { replicas, ...others } = spec ?? {};
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([name]) => !name.startsWith('deployment.kubernetes.io/'),
  );
  return {
    ...rest,
    spec: applied?.spec?.replicas === undefined ? others : { replicas, ...others },
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(annotations),
  };
}

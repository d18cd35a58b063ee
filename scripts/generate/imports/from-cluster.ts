import YAML from 'yaml';
import { z } from 'zod';
import type { JsonSchema, Schemas } from '../../../mesh/check/schema/json-schema.ts';
import { checkFormat } from '../../../mesh/run/process/read-json.ts';
import { listOf } from '../../process/go-json.ts';
import { commandSource, programJson } from '../../process/program-json.ts';
import { runProgram } from '../../process/run-program.ts';
import { ISTIO_KINDS, KUBERNETES_KINDS } from './kinds.ts';
import { nameObjects } from './name-objects.ts';
import { trimCrd, trimDefinitions } from './trim.ts';

const OBJECT_META = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Schemas are validated by their use. */
const JSON_SCHEMA = z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null);
const GROUP_VERSION_KIND = z.object({ kind: z.string(), version: z.string(), group: z.string() });
const DESCRIBED_KIND = z.looseObject({
  'x-kubernetes-group-version-kind': z.array(GROUP_VERSION_KIND).nullish(),
});
type DescribedKind = z.infer<typeof DESCRIBED_KIND>;

/** kubectl omits the server version if it cannot reach a server. */
const KUBERNETES = z.object({ serverVersion: z.object({ gitVersion: z.string() }) });
const OPENAPI = z.object({ components: z.object({ schemas: z.record(z.string(), DESCRIBED_KIND) }) });
const ISTIO = z.object({ clientVersion: z.object({ version: z.string() }) });
const CRD = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: listOf(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: JSON_SCHEMA }) })),
  }),
});

/**
 * Reads the schemas of built-in Kubernetes kinds from the API server of kubectl's current context.
 *
 * @throws Error if kubectl is missing, reaches no cluster, or prints unexpected output
 */
export async function kubernetesSchemas(): Promise<Schemas> {
  const { serverVersion } = await programJson(KUBERNETES, 'kubectl', ['version', '--output=json']);
  const kinds: Record<string, string> = {};
  const all: Record<string, JsonSchema> = {};
  for (const [apiVersion, names] of Object.entries(KUBERNETES_KINDS)) {
    const root = apiVersion.includes('/') ? 'apis' : 'api';
    const words = ['get', '--raw', `/openapi/v3/${root}/${apiVersion}`];
    const { schemas } = (await programJson(OPENAPI, 'kubectl', words)).components;
    Object.assign(all, schemas);
    for (const kind of names) kinds[`${apiVersion}/${kind}`] = definitionOf(schemas, apiVersion, kind);
  }
  return {
    source: `the API of Kubernetes ${serverVersion.gitVersion}`,
    kinds,
    definitions: trimDefinitions(all, Object.values(kinds)),
  };
}

/** Reads the schemas of Istio kinds from the CRDs in istioctl, without a cluster. */
export async function istioSchemas(): Promise<Schemas> {
  const words = ['version', '--remote=false', '--output=json'];
  const { clientVersion } = await programJson(ISTIO, 'istioctl', words);
  const generate = ['manifest', 'generate'];
  const crds = YAML.parseAllDocuments(await runProgram('istioctl', generate))
    .map((document) => document.toJSON())
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .map((object) => checkFormat(CRD, object, commandSource('istioctl', generate)));
  const kinds: Record<string, string> = {};
  const definitions: Record<string, JsonSchema> = {};
  for (const [apiVersion, names] of Object.entries(ISTIO_KINDS)) {
    const [group, version] = apiVersion.split('/');
    for (const kind of names) {
      const crd = crds.find(({ spec }) => spec.group === group && spec.names.kind === kind);
      const served = crd?.spec.versions.find(({ name }) => name === version);
      if (!served)
        throw new Error(`istioctl has no CRD for ${apiVersion} ${kind}: install an Istio that serves it`);
      kinds[`${apiVersion}/${kind}`] = kind;
      Object.assign(definitions, nameObjects(kind, withMetadata(trimCrd(served.schema.openAPIV3Schema))));
    }
  }
  return { source: `the CRDs of Istio ${clientVersion.version}`, kinds, definitions };
}

/** Adds apiVersion, kind and metadata, which the schema of a CRD does not describe. */
function withMetadata(schema: JsonSchema): JsonSchema {
  const [apiVersion, kind] = [{ type: 'string' }, { type: 'string' }];
  return {
    ...schema,
    properties: { apiVersion, kind, ...schema.properties, metadata: { $ref: OBJECT_META } },
  };
}

function definitionOf(
  schemas: Readonly<Record<string, DescribedKind>>,
  apiVersion: string,
  kind: string,
): string {
  const [version, group = ''] = apiVersion.split('/').reverse();
  for (const [name, schema] of Object.entries(schemas)) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    if (kinds.some((one) => one.kind === kind && one.version === version && one.group === group)) return name;
  }
  throw new Error(`the API server does not serve ${apiVersion} ${kind}: use one of version 1.34 or newer`);
}

import { execFileSync } from 'node:child_process';
import YAML from 'yaml';
import type { JsonSchema, Schemas } from '../../mesh/check/schema/json-schema.ts';
import { ISTIO_KINDS, KUBERNETES_KINDS } from './kinds.ts';
import { nameObjects } from './named.ts';
import { trimCrd, trimDefinitions } from './trim.ts';

const OBJECT_META = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * Reads the schemas of Kubernetes' own kinds from the API server that kubectl points at.
 *
 * @throws Error when kubectl is not there or reaches no cluster.
 */
export function kubernetesSchemas(): Schemas {
  const version = JSON.parse(run('kubectl', 'version', '--output=json')).serverVersion.gitVersion;
  const kinds: Record<string, string> = {};
  const all: Record<string, JsonSchema> = {};
  for (const [apiVersion, names] of Object.entries(KUBERNETES_KINDS)) {
    const root = apiVersion.includes('/') ? 'apis' : 'api';
    const document = JSON.parse(run('kubectl', 'get', '--raw', `/openapi/v3/${root}/${apiVersion}`));
    Object.assign(all, document.components.schemas);
    for (const kind of names)
      kinds[`${apiVersion}/${kind}`] = definitionOf(document.components.schemas, apiVersion, kind);
  }
  return {
    source: `the API of Kubernetes ${version}`,
    kinds,
    definitions: trimDefinitions(all, Object.values(kinds)),
  };
}

/** Reads the schemas of Istio's kinds from the CRDs that istioctl carries; needs no cluster. */
export function istioSchemas(): Schemas {
  const version = JSON.parse(run('istioctl', 'version', '--remote=false', '--output=json')).clientVersion
    .version;
  const crds: readonly Crd[] = YAML.parseAllDocuments(run('istioctl', 'manifest', 'generate'))
    .map((document) => document.toJSON())
    .filter((object) => object?.kind === 'CustomResourceDefinition');
  const kinds: Record<string, string> = {};
  const definitions: Record<string, JsonSchema> = {};
  for (const [apiVersion, names] of Object.entries(ISTIO_KINDS)) {
    const [group, version] = apiVersion.split('/');
    for (const kind of names) {
      const crd = crds.find(({ spec }) => spec.group === group && spec.names.kind === kind);
      const found = crd?.spec.versions.find(({ name }) => name === version);
      if (!found)
        throw new Error(`istioctl has no CRD for ${apiVersion} ${kind}: install an Istio that serves it`);
      kinds[`${apiVersion}/${kind}`] = kind;
      Object.assign(definitions, nameObjects(kind, withMetadata(trimCrd(found.schema.openAPIV3Schema))));
    }
  }
  return { source: `the CRDs of Istio ${version}`, kinds, definitions };
}

/** A CRD says of metadata only that it is an object, and of an object's type nothing. */
function withMetadata(schema: JsonSchema): JsonSchema {
  const [apiVersion, kind] = [{ type: 'string' }, { type: 'string' }];
  return {
    ...schema,
    properties: { apiVersion, kind, ...schema.properties, metadata: { $ref: OBJECT_META } },
  };
}

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: JsonSchema };
    }[];
  };
}

function definitionOf(
  schemas: Readonly<Record<string, Described>>,
  apiVersion: string,
  kind: string,
): string {
  const [version, group = ''] = apiVersion.split('/').reverse();
  for (const [name, schema] of Object.entries(schemas)) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    if (kinds.some((found) => found.kind === kind && found.version === version && found.group === group))
      return name;
  }
  throw new Error(`the API server does not serve ${apiVersion} ${kind}: use one of version 1.34 or newer`);
}

interface Described extends JsonSchema {
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

function run(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (cause) {
    throw new Error(
      `${program} ${args.join(' ')} failed: a cluster with Istio is needed to refresh the schemas`,
      {
        cause,
      },
    );
  }
}

import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { problem } from '../rules/manifest-set.ts';
import { SchemaChecks } from '../schema/schema-checks.ts';

/** Validates objects against the schemas of the API server and of Istio's CRDs. */
export function schemaProblems(manifests: readonly Manifest[]): {
  readonly problems: readonly Problem[];
  /** Manifests with fields of the wrong type, which other rules must not read. */
  readonly malformed: ReadonlySet<Manifest>;
} {
  const checks = new SchemaChecks();
  const malformed = new Set<Manifest>();
  const problems: Problem[] = [];
  for (const manifest of manifests) {
    const { apiVersion, kind } = manifest.object;
    const check = checks.of(apiVersion, kind);
    if (!check) {
      malformed.add(manifest);
      problems.push(
        problem(
          manifest,
          'schema/kind',
          'apiVersion',
          apiVersion,
          unknownKind(apiVersion, kind, checks.kinds),
        ),
      );
      continue;
    }
    for (const { field, value, message, isShapeValid } of check(manifest.object, '')) {
      if (!isShapeValid) malformed.add(manifest);
      problems.push(problem(manifest, 'schema/field', field, value, message));
    }
  }
  return { problems, malformed };
}

function unknownKind(apiVersion: string, kind: string, kinds: readonly string[]): string {
  const key = `${apiVersion}/${kind}`;
  return `no schema exists for ${key}${didYouMean(key, kinds)}; add the kind to scripts/generate/imports/kinds.ts`;
}

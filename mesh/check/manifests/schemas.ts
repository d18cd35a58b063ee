import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { problem } from '../rules/manifest-set.ts';
import { SchemaChecks } from '../schema/schema-checks.ts';

/** Objects have the fields and values that their kinds have, as the API server and the CRDs say. */
export function schemaProblems(manifests: readonly Manifest[]): {
  readonly problems: readonly Problem[];
  /** Those whose objects do not even have the types of their fields. */
  readonly shapeless: ReadonlySet<Manifest>;
} {
  const checks = new SchemaChecks();
  const shapeless = new Set<Manifest>();
  const problems: Problem[] = [];
  for (const manifest of manifests) {
    const { apiVersion, kind } = manifest.object;
    const check = checks.of(apiVersion, kind);
    if (!check) {
      shapeless.add(manifest);
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
    for (const { field, value, message, isShapeValid: shapeHolds } of check(manifest.object, '')) {
      if (!shapeHolds) shapeless.add(manifest);
      problems.push(problem(manifest, 'schema/field', field, value, message));
    }
  }
  return { problems, shapeless };
}

function unknownKind(apiVersion: string, kind: string, known: readonly string[]): string {
  const key = `${apiVersion}/${kind}`;
  return `there is no schema for ${key}${didYouMean(key, known)}; add the kind to scripts/generate/imports/kinds.ts`;
}

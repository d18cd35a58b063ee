import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/**
 * Requires strings that reach the cluster unchanged. All strings must be well-formed Unicode. Environment variables and
 * arguments must not contain NUL, where the operating system would truncate them.
 */
export const text: ManifestRule = function* ({ all, pods }) {
  const rule = 'manifest/text';
  for (const manifest of all) {
    for (const [field, value] of stringsOf(manifest.object, '')) {
      if (value.isWellFormed()) continue;
      const fix = 'it has an unpaired surrogate, which UTF-8 cannot encode; remove it';
      yield problem(manifest, rule, field, value, fix);
    }
  }
  for (const { manifest, spec } of pods) {
    for (const { name, args = [], command = [], env = [] } of [
      ...(spec.initContainers ?? []),
      ...spec.containers,
    ]) {
      const fix = 'it has a NUL character, which cannot be passed to a process; remove it';
      for (const variable of env) {
        if (!variable.value?.includes('\0')) continue;
        const field = `variable ${variable.name} of container ${name}`;
        yield problem(manifest, rule, field, variable.value, fix);
      }
      for (const argument of [...command, ...args]) {
        if (argument.includes('\0'))
          yield problem(manifest, rule, `an argument of container ${name}`, argument, fix);
      }
    }
  }
};

/** Yields all strings inside a value with their paths, including the keys of maps. */
function* stringsOf(value: unknown, path: string): Generator<readonly [path: string, text: string]> {
  if (typeof value === 'string') yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    if (!isList && !key.isWellFormed()) yield [`a key of ${path || 'the object'}`, key];
    yield* stringsOf(item, isList ? `${path}[${key}]` : path ? `${path}.${key}` : key);
  }
}

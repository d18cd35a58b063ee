import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/**
 * Strings reach the cluster unchanged: all are Unicode text, and variables, arguments and commands of containers hold no
 * NUL character, at which the operating system would cut them off.
 */
export const text: ManifestRule = function* ({ all, pods }) {
  const rule = 'manifest/text';
  for (const manifest of all) {
    for (const [field, value] of stringsOf(manifest.object, '')) {
      if (value.isWellFormed()) continue;
      const change = 'it has half of a surrogate pair, which UTF-8 cannot encode; remove it';
      yield problem(manifest, rule, field, value, change);
    }
  }
  for (const { manifest, spec } of pods) {
    for (const { name, args = [], command = [], env = [] } of [
      ...(spec.initContainers ?? []),
      ...spec.containers,
    ]) {
      const change = 'it has a NUL character, which no process can be given; remove it';
      for (const variable of env) {
        if (!variable.value?.includes('\0')) continue;
        const field = `variable ${variable.name} of container ${name}`;
        yield problem(manifest, rule, field, variable.value, change);
      }
      for (const word of [...command, ...args]) {
        if (word.includes('\0'))
          yield problem(manifest, rule, `an argument of container ${name}`, word, change);
      }
    }
  }
};

/** All strings in a value with their places, keys of maps included. */
function* stringsOf(value: unknown, place: string): Generator<readonly [place: string, text: string]> {
  if (typeof value === 'string') yield [place, value];
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    if (!isList && !key.isWellFormed()) yield [`a key of ${place || 'the object'}`, key];
    yield* stringsOf(item, isList ? `${place}[${key}]` : place ? `${place}.${key}` : key);
  }
}

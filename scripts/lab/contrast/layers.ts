import { CONTRASTED, type Contrasted } from './report.ts';

/** Layers that need no cluster. */
export const LOCAL: readonly Contrasted[] = ['none', 'app'];

/**
 * Layers by their names.
 * @param hasCluster whether one is there; without any names it decides
 * @throws Error that names one that there is not, or says that a cluster is missing
 */
export function layersNamed(names: string | undefined, hasCluster: boolean): readonly Contrasted[] {
  if (names === undefined) return hasCluster ? CONTRASTED : LOCAL;
  const layers = names.split(',').map((name) => {
    const found = CONTRASTED.find((layer) => layer === name);
    if (found) return found;
    throw new Error(`--layers '${name}' is none: use some of ${CONTRASTED.join(', ')}`);
  });
  const far = layers.find((layer) => !LOCAL.includes(layer));
  if (far && !hasCluster)
    throw new Error(
      `layer '${far}' needs a cluster: npm run kind:up makes one, or use --layers ${LOCAL.join()}`,
    );
  return layers;
}

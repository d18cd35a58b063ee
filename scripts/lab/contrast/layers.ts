import { CONTRAST_LAYERS, type ContrastLayer } from './report.ts';

/** Layers that need no cluster. */
export const LOCAL_LAYERS: readonly ContrastLayer[] = ['none', 'app'];

/**
 * Parses the option `--layers`.
 * @param names separated by commas. @default all, or the local ones without a cluster
 * @throws Error that names an unknown layer, or a layer that needs a cluster
 */
export function parseLayers(names: string | undefined, hasCluster: boolean): readonly ContrastLayer[] {
  if (names === undefined) return hasCluster ? CONTRAST_LAYERS : LOCAL_LAYERS;
  const layers = names.split(',').map((name) => {
    const layer = CONTRAST_LAYERS.find((one) => one === name);
    if (layer) return layer;
    throw new Error(`--layers '${name}' is unknown; use any of ${CONTRAST_LAYERS.join(', ')}`);
  });
  const clusterLayer = layers.find((layer) => !LOCAL_LAYERS.includes(layer));
  if (clusterLayer && !hasCluster)
    throw new Error(
      `layer '${clusterLayer}' needs a cluster; create one with npm run kind:up, or use --layers ${LOCAL_LAYERS.join()}`,
    );
  return layers;
}

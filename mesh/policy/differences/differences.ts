import type { Layer } from '../layer.ts';
import { APP } from './app.ts';
import { BUILT_IN } from './built-in.ts';
import type { Difference, PolicyField } from './difference.ts';
import { MESH } from './mesh.ts';
import { PROXYLESS } from './proxyless.ts';

/** The layers, and `built-in` for grpc-js without a layer, for comparison. */
export type Enforcer = Layer | 'built-in';

const TABLES = { mesh: MESH, app: APP, proxyless: PROXYLESS, 'built-in': BUILT_IN };

/** Returns how a layer implements a field, compared with Envoy. */
export function differenceOf(layer: Enforcer, field: PolicyField): Difference {
  return TABLES[layer][field];
}

export const POLICY_FIELDS = Object.keys(MESH) as readonly PolicyField[];

import type { Layer } from '../layer.ts';
import { APP } from './app.ts';
import { BUILT_IN } from './built-in.ts';
import type { Difference, PolicyField } from './difference.ts';
import { MESH } from './mesh.ts';
import { PROXYLESS } from './proxyless.ts';

/** Who can be asked what it makes of a policy: the layers, and grpc-js by itself for comparison. */
export type Enforcer = Layer | 'built-in';

const TABLES = { mesh: MESH, app: APP, proxyless: PROXYLESS, 'built-in': BUILT_IN };

/** What a layer makes of a field. The semantics that are exact are Envoy's. */
export function differenceOf(layer: Enforcer, field: PolicyField): Difference {
  return TABLES[layer][field];
}

export const POLICY_FIELDS = Object.keys(MESH) as readonly PolicyField[];

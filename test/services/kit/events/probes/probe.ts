import type { Difference } from '../../../../../mesh/policy/differences/difference.ts';
import type { Stage } from './stage.ts';

/** Tries a guarantee on a real broker, and says how far it holds. */
export type Probe = (stage: Stage) => Promise<Difference['support']>;

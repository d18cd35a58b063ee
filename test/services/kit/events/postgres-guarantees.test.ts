import { openPostgresRig } from './postgres-rig.ts';
import { tryGuarantees } from './probes/try-guarantees.ts';

tryGuarantees('postgres', openPostgresRig);

import { tryGuarantees } from '../services/kit/events/probes/try-guarantees.ts';
import { openKafkaRig } from './kafka-rig.ts';

tryGuarantees('kafka', openKafkaRig);

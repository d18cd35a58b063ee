import { tryGuarantees } from '../services/kit/events/probes/try-guarantees.ts';
import { openRabbitmqRig } from './rabbitmq-rig.ts';

tryGuarantees('rabbitmq', openRabbitmqRig);

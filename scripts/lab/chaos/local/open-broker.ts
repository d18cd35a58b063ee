import type { Broker } from '../../../../mesh/policy/broker.ts';
import { ProgramError } from '../../../process/run-program.ts';
import type { LocalBroker } from './broker.ts';
import { openKafka } from './kafka-broker.ts';
import { openRabbitmq } from './rabbitmq-broker.ts';

/**
 * Starts what a run needs beside its own processes; undefined where Postgres carries topics.
 * @param lead gives the address that services know, for the one at which the broker is
 * @throws Error when there is no docker, or it refuses
 */
export async function openBroker(
  broker: Broker,
  lead: (address: string) => Promise<string>,
): Promise<LocalBroker | undefined> {
  if (broker === 'postgres') return undefined;
  try {
    return await (broker === 'kafka' ? openKafka(lead) : openRabbitmq(lead));
  } catch (error) {
    // The command itself, with all its variables, would hide what docker says.
    const reason = error instanceof ProgramError ? error.stderr.trim() : String(error);
    throw new Error(`--broker ${broker} needs a docker that runs containers: ${reason}`, { cause: error });
  }
}

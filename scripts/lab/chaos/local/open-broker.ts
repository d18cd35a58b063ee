import type { Broker } from '../../../../mesh/policy/broker.ts';
import { ProgramError } from '../../../process/run-program.ts';
import { openKafka } from './kafka-broker.ts';
import type { LocalBroker } from './local-broker.ts';
import { openRabbitmq } from './rabbitmq-broker.ts';

/**
 * Starts the broker of a local run in a container; undefined if the broker is Postgres.
 * @param toServiceAddress maps the address of the container to the address that the services use
 * @throws Error if docker is missing or refuses
 */
export async function openBroker(
  broker: Broker,
  toServiceAddress: (address: string) => Promise<string>,
): Promise<LocalBroker | undefined> {
  if (broker === 'postgres') return undefined;
  try {
    return await (broker === 'kafka' ? openKafka(toServiceAddress) : openRabbitmq(toServiceAddress));
  } catch (error) {
    // Omits the command line of the ProgramError: its many variables would hide docker's message.
    const reason = error instanceof ProgramError ? error.stderr.trim() : String(error);
    throw new Error(`--broker ${broker} needs docker to run a container: ${reason}`, { cause: error });
  }
}

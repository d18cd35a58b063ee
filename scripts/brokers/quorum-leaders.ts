import type { BrokerContainer } from './broker-container.ts';

/**
 * Says of each quorum queue whether it has a leader, and lets one be elected where it has none. RabbitMQ 3.10, killed soon
 * after it made a queue and started again, was seen to wait for an election for ever; a newer one finds nothing to do.
 */
const ELECT = `[begin N = amqqueue:get_pid(Q), case ra:members(N, 1000) of
  {ok, _, _} -> leads; _ -> ra:trigger_election(N), waits end end
  || Q <- rabbit_amqqueue:list(), amqqueue:get_type(Q) == rabbit_quorum_queue].`;

/**
 * Whether each quorum queue of a RabbitMQ has a leader; where one has none, its election is triggered. False where there
 * is no queue: there are none before it has read what it kept.
 */
export async function queuesHaveLeaders(container: Pick<BrokerContainer, 'exec'>): Promise<boolean> {
  const said = await container.exec('rabbitmqctl', 'eval', ELECT).catch(() => '');
  return said.includes('leads') && !said.includes('waits');
}

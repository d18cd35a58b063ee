import { kubectl, NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import { deduplicateEvents, type LedgerEvent, parseLedgerEvent } from '../ledger-snapshot.ts';
import type { TopicCapture } from './topic-capture.ts';

/**
 * Reads the topic with Kafka's console consumer in its pod, because the broker's advertised address cannot be reached from
 * outside the cluster. The consumer exits after 20 s without a message.
 */
const READ = `KAFKA_OPTS= KAFKA_HEAP_OPTS=-Xmx128m /opt/kafka/bin/kafka-console-consumer.sh \
  --bootstrap-server localhost:9094 --topic orders --from-beginning --timeout-ms 20000 \
  --property print.headers=true --property print.key=true 2>/tmp/chaos.log || { cat /tmp/chaos.log >&2; exit 1; }`;

/** Capture of a Kafka broker, which retains consumed messages, so that nothing has to be captured during the run. */
export const kafkaCapture: TopicCapture = {
  isServing: async () => true,
  async events() {
    const pod = ['kafka-0', `--namespace=${NAMESPACE}`, '--container=kafka'];
    const text = await kubectl(['exec', ...pod, '--', 'sh', '-c', READ]);
    return deduplicateEvents(text.split('\n').filter(Boolean).map(parseConsumerLine));
  },
  close: async () => {},
};

/** Parses a line of the console consumer: headers as `name:value,name:value`, key and data, separated by tabs. */
export function parseConsumerLine(line: string): LedgerEvent {
  const [headers = '', key = '', data = ''] = line.split('\t');
  const id = /(?:^|,)ce_id:([^,]+)/.exec(headers)?.[1];
  if (!id) throw new Error(`a message of topic orders has no ce_id header: ${line}`);
  return parseLedgerEvent(id, key, data);
}

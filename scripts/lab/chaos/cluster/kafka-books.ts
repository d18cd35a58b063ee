import { kubectl, NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import { type BookedEvent, distinct, eventOf } from '../books.ts';
import type { TopicBooks } from './topic-books.ts';

/**
 * Reads the topic by a program of Kafka's own in its pod: from outside nobody comes to the address that Kafka tells. It
 * ends when there is nothing more for a while.
 */
const READ = `KAFKA_OPTS= KAFKA_HEAP_OPTS=-Xmx128m /opt/kafka/bin/kafka-console-consumer.sh \
  --bootstrap-server localhost:9094 --topic orders --from-beginning --timeout-ms 20000 \
  --property print.headers=true --property print.key=true 2>/tmp/chaos.log || { cat /tmp/chaos.log >&2; exit 1; }`;

/** The books of the Kafka in the cluster, which keeps what was consumed. */
export const kafkaBooks: TopicBooks = {
  serves: async () => true,
  async events() {
    const pod = ['kafka-0', `--namespace=${NAMESPACE}`, '--container=kafka'];
    const text = await kubectl(['exec', ...pod, '--', 'sh', '-c', READ]);
    return distinct(text.split('\n').filter(Boolean).map(eventOfLine));
  },
  close: async () => {},
};

/** A line of the program: headers as `name:value,name:value`, the key, and the data, with tabs between. */
export function eventOfLine(line: string): BookedEvent {
  const [headers = '', key = '', data = ''] = line.split('\t');
  const id = /(?:^|,)ce_id:([^,]+)/.exec(headers)?.[1];
  if (!id) throw new Error(`topic orders has a message without ce_id: ${line}`);
  return eventOf(id, key, data);
}

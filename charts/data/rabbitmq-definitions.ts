import type { Service } from '../../mesh/graph/service.ts';
import type { Topic, TopicClient } from '../../mesh/graph/topic.ts';
import type { BrokerUser } from './broker-users.ts';
import { passwordExpression } from './start-script.ts';

/**
 * What RabbitMQ reads when it starts, as the text of a start script: its one vhost, users, and what each may configure,
 * write and read. Whoever publishes makes the exchange of a topic and the queues of those who consume it; whoever consumes
 * makes its own queue.
 * @see https://www.rabbitmq.com/docs/definitions
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function rabbitmqDefinitions(users: readonly BrokerUser[]): string {
  const definitions = {
    vhosts: [{ name: '/' }],
    users: users.map(({ name, password: key }) => ({ name, password: passwordExpression(key), tags: '' })),
    permissions: users.map(({ name, service }) => ({ user: name, vhost: '/', ...rights(service) })),
  };
  // The shell would take what follows a dollar for a variable; passwords alone are for it.
  return JSON.stringify(definitions, undefined, 2).replaceAll(/\$(?!\()/g, '\\$');
}

function rights(service: Service) {
  const published = [...service.publishedTopics];
  const consumed = [...service.consumedTopics];
  const queues = [
    ...published.flatMap((topic) => [...topic.consumers].map((consumer) => queue(topic, consumer))),
    ...consumed.map((topic) => queue(topic, service)),
  ];
  const topics = (of: readonly Topic[]) => of.map(({ name }) => literal(name));
  return {
    configure: anyOf([...topics([...published, ...consumed]), ...queues]),
    write: anyOf([...topics(published), ...queues]),
    read: anyOf([...topics([...published, ...consumed]), ...queues]),
  };
}

/** The queue of a service's group. */
function queue(topic: Topic, { name }: TopicClient): string {
  return literal(`${topic.name}.${name}`);
}

/** A regular expression for whole names. */
function anyOf(expressions: readonly string[]): string {
  return `^(${[...new Set(expressions)].join('|')})$`;
}

/** Names are of letters, digits, `-` and `.`. */
function literal(name: string): string {
  return name.replaceAll('.', '[.]');
}

import type { Service } from '../../mesh/graph/service.ts';
import type { Topic, TopicClient } from '../../mesh/graph/topic.ts';
import type { BrokerUser } from './broker-users.ts';
import { passwordExpression } from './start-script.ts';

/**
 * Returns the definitions that RabbitMQ imports at startup, with passwords as shell expressions: a vhost, and users with
 * permissions to configure, write and read. A publisher declares the exchange of a topic and the queues of all consumers.
 * A consumer declares its own queue.
 * @see https://www.rabbitmq.com/docs/definitions
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function rabbitmqDefinitions(users: readonly BrokerUser[]): string {
  const definitions = {
    vhosts: [{ name: '/' }],
    users: users.map(({ name, password: key }) => ({ name, password: passwordExpression(key), tags: '' })),
    permissions: users.map(({ name, service }) => ({ user: name, vhost: '/', ...permissionsOf(service) })),
  };
  // Escapes `$`, so that the shell expands only passwords.
  return JSON.stringify(definitions, undefined, 2).replaceAll(/\$(?!\()/g, '\\$');
}

function permissionsOf(service: Service) {
  const published = [...service.publishedTopics];
  const consumed = [...service.consumedTopics];
  const queues = [
    ...published.flatMap((topic) => [...topic.consumers].map((consumer) => queue(topic, consumer))),
    ...consumed.map((topic) => queue(topic, service)),
  ];
  const topics = (list: readonly Topic[]) => list.map(({ name }) => literal(name));
  return {
    configure: anyOf([...topics([...published, ...consumed]), ...queues]),
    write: anyOf([...topics(published), ...queues]),
    read: anyOf([...topics([...published, ...consumed]), ...queues]),
  };
}

/** Returns an expression for the queue of a service's consumer group. */
function queue(topic: Topic, { name }: TopicClient): string {
  return literal(`${topic.name}.${name}`);
}

/** Returns a regular expression that matches any of the given names. */
function anyOf(expressions: readonly string[]): string {
  return `^(${[...new Set(expressions)].join('|')})$`;
}

/** Escapes a name, which consists of letters, digits, `-` and `.`. */
function literal(name: string): string {
  return name.replaceAll('.', '[.]');
}

import type { AppRabbitmqEvents } from '../../../../mesh/policy/app-events.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import { tlsAdvice } from '../../tls/tls-problem.ts';

/** Reply codes of AMQP 0-9-1, 1.2 "AMQP-defined domains"; amqplib has them in its messages. */
const REFUSED = /403 \(ACCESS[-_]REFUSED\)/;
/** What amqplib says when the broker answers the name of a virtual host (connection.open) with a refusal. */
const NO_VHOST = /Expected ConnectionOpenOk; got <ConnectionClose|530 \(NOT[-_]ALLOWED\)/;
const OTHER_ARGUMENTS = /406 \(PRECONDITION[-_]FAILED\).*inequivalent arg/s;
const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']);

/**
 * What went wrong, so that whoever reads it knows what to change: a SettingsError where only another setting helps.
 * @param doing what was tried, as `cannot` goes on
 */
export function rabbitmqError(error: unknown, doing: string, config: AppRabbitmqEvents): Error {
  const { message, code } = Object(error) as { readonly message?: unknown; readonly code?: unknown };
  const text = typeof message === 'string' && message ? message : String(error);
  const { address, user, vhost } = config;
  if (/Handshake terminated/.test(text) && REFUSED.test(text)) {
    const rule = `RabbitMQ at ${address} refuses user or password; put the right one into the secret events-password`;
    return new SettingsError([{ key: 'events.user', value: user, rule }]);
  }
  if (NO_VHOST.test(text)) {
    const rule = `RabbitMQ at ${address} has no such virtual host for ${user}; make it, or give the user the rights`;
    return new SettingsError([{ key: 'events.vhost', value: vhost, rule }]);
  }
  const tls = tlsAdvice(error);
  const reason = tls ? `${text}: ${tls}` : `${text}${advice(text, code)}`;
  return new Error(`cannot ${doing} with RabbitMQ at ${address}: ${reason}`, { cause: error });
}

function advice(text: string, code: unknown): string {
  if (REFUSED.test(text)) return '; give the user the rights to configure, write and read it';
  if (/^no room in a queue/.test(text)) return '; see to its consumer, or raise events.maxQueueLength';
  if (OTHER_ARGUMENTS.test(text)) {
    return '; it is there with other arguments: delete it once it is empty, or restore events.maxQueueLength';
  }
  return AWAY.has(String(code)) ? '; start the broker, or correct events.address' : '';
}

import type { AppRabbitmqEvents } from '../../../../mesh/policy/app-events.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import { tlsAdvice } from '../../tls/tls-problem.ts';

/** Reply codes of AMQP 0-9-1, 1.2 "AMQP-defined domains"; amqplib has them in its messages. */
const ACCESS_REFUSED = /403 \(ACCESS[-_]REFUSED\)/;
/** Message of amqplib when the broker rejects the virtual host (connection.open). */
const NO_VHOST = /Expected ConnectionOpenOk; got <ConnectionClose|530 \(NOT[-_]ALLOWED\)/;
const INEQUIVALENT_ARGUMENTS = /406 \(PRECONDITION[-_]FAILED\).*inequivalent arg/s;
const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']);

/**
 * Converts an error to one that tells the operator what to fix: a SettingsError where only another setting helps.
 * @param doing the failed action, to complete "cannot ..."
 */
export function rabbitmqError(error: unknown, doing: string, config: AppRabbitmqEvents): Error {
  const { message, code } = Object(error) as { readonly message?: unknown; readonly code?: unknown };
  const text = typeof message === 'string' && message ? message : String(error);
  const { address, user, vhost } = config;
  if (/Handshake terminated/.test(text) && ACCESS_REFUSED.test(text)) {
    const rule = `RabbitMQ at ${address} rejects the user or password; correct the secret events-password`;
    return new SettingsError([{ key: 'events.user', value: user, rule }]);
  }
  if (NO_VHOST.test(text)) {
    const rule = `RabbitMQ at ${address} has no such virtual host for ${user}; create it, or grant the user access`;
    return new SettingsError([{ key: 'events.vhost', value: vhost, rule }]);
  }
  const tls = tlsAdvice(error);
  const reason = tls ? `${text}: ${tls}` : `${text}${advice(text, code)}`;
  return new Error(`cannot ${doing} with RabbitMQ at ${address}: ${reason}`, { cause: error });
}

function advice(text: string, code: unknown): string {
  if (ACCESS_REFUSED.test(text)) return '; grant the user permission to configure, write and read it';
  if (/^no room in a queue/.test(text)) return '; check its consumer, or raise events.maxQueueLength';
  if (INEQUIVALENT_ARGUMENTS.test(text)) {
    return '; it exists with other arguments: delete it once it is empty, or restore events.maxQueueLength';
  }
  return AWAY.has(String(code)) ? '; start the broker, or correct events.address' : '';
}

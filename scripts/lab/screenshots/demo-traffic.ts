import { setTimeout as delay } from 'node:timers/promises';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { CALLER_KEY } from '../../../services/kit/grpc/call-context.ts';
import { sendLoad } from '../../operate/load/load.ts';
import { fetchText } from '../../process/fetch-text.ts';
import { createRequests } from '../contrast/load-requests.ts';
import type { LocalTestbed } from '../testbed/local-testbed.ts';

/** Orders and reads per second. */
const RATE = 20;
/** Share of the calls of payment that fail, in percent. Most succeed when retried. */
const FAIL_PERCENT = 25;
/** Latency that notification adds to its calls, in milliseconds. */
const SLOW_MS = 350;
/** Interval of the calls that the graph does not declare. */
const UNDECLARED_INTERVAL_MS = 500;
/** A method that only order may call. */
const METHOD = '/weft.payment.v1.PaymentService/Authorize';

const SERVICES = ['gateway', 'web', 'user', 'product', 'order', 'payment', 'notification'];

/** Settings of the services for this traffic: they accept faults, and log each request. */
export const DEMO_SETTINGS = Object.fromEntries(
  SERVICES.map((service) => [service, { WEFT_FAULT_INJECTION: 'allowed', WEFT_LOG_LEVEL: 'info' }]),
);

/**
 * Sends traffic that shows what the live page marks: payment fails some calls, notification is slow, and notification
 * calls payment, which the graph does not declare. `product-changes` and other declared calls stay unused.
 *
 * @param seconds duration
 */
export async function sendDemoTraffic(testbed: LocalTestbed, seconds: number): Promise<void> {
  await injectFault(testbed, 'payment', { failPercent: FAIL_PERCENT, delayMs: 5 });
  await injectFault(testbed, 'notification', { failPercent: 0, delayMs: SLOW_MS });
  const kinds = ['place orders', 'browse products', 'list notifications'] as const;
  const requests = await Promise.all(kinds.map((kind) => createRequests(kind, testbed.ingressUrl)));
  const request = (turn: number) => {
    const create = requests[turn % requests.length];
    if (!create) throw new Error('there are no kinds of requests');
    return create(Math.floor(turn / requests.length));
  };
  const stop = new AbortController();
  const undeclared = callUndeclared(testbed, stop.signal);
  await sendLoad({ request, rate: RATE, requests: RATE * seconds });
  stop.abort();
  await undeclared;
}

async function injectFault(testbed: LocalTestbed, service: string, fault: object): Promise<void> {
  for (const { adminUrl } of await testbed.replicas(service))
    await fetchText(`${adminUrl}/faults`, { method: 'PUT', body: JSON.stringify(fault) });
}

/** Calls a method of payment as notification. Payment refuses it. */
async function callUndeclared({ run }: LocalTestbed, signal: AbortSignal): Promise<void> {
  const pod = run.pods.find(({ name }) => name === 'payment');
  const [port] =
    pod?.container.ports.flatMap((one) =>
      one.name.startsWith('grpc') ? (pod.ports.get(one.containerPort) ?? []) : [],
    ) ?? [];
  if (port === undefined) throw new Error('payment has no gRPC port');
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set(CALLER_KEY, 'notification');
  const serialize = (bytes: Buffer) => bytes;
  while (!signal.aborted) {
    await new Promise<void>((resolve) => {
      client.makeUnaryRequest(METHOD, serialize, serialize, Buffer.alloc(0), metadata, () => resolve());
    });
    await delay(UNDECLARED_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
  client.close();
}

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWTPayload, SignJWT } from 'jose';
import { methodPath } from '../../../mesh/policy/grpc-service.ts';
import type { Clients } from '../../../services/gateway/clients.ts';
import { gateway } from '../../../services/gateway/gateway.ts';
import { settings } from '../../../services/gateway/settings.ts';
import { createClient } from '../../../services/kit/client/create-client.ts';
import { parseAddress } from '../../../services/kit/config/address.ts';
import type { Discovery } from '../../../services/kit/discovery/discovery.ts';
import type { ServiceDefinition } from '../../../services/kit/grpc/handlers.ts';
import { GrpcServer } from '../../../services/kit/server/grpc-server.ts';
import { HttpServer } from '../../../services/kit/server/http-server.ts';
import { createLog } from '../../../services/kit/telemetry/log.ts';
import { Metrics } from '../../../services/kit/telemetry/metrics.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import { OrderServiceDefinition } from '../../../services/proto/gen/weft/order/v1/order.ts';
import { ProductServiceDefinition } from '../../../services/proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../../../services/proto/gen/weft/user/v1/user.ts';
import { EDGE } from './edge.ts';
import { fakeShop, type ReceivedRequests } from './fake-shop.ts';

export const CUSTOMER_ID = '01935a1e-9000-7e0a-9f3a-3d1c5b7a9e10';

/** A gateway on loopback, real HTTP in front of it and real gRPC behind it. */
export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly requests: ReceivedRequests;
  readonly logged: string[];
  readonly metrics: Metrics;
  /** Signs an access token; what is given replaces claims of a good one. */
  token(claims?: JWTPayload, key?: KeyObject): Promise<string>;
  /** Says that the process stops, and closes what is open. */
  stop(): Promise<void>;
}

/**
 * @param variables settings of the gateway, as environment variables
 * @param real clients of services to use in place of the fakes
 */
export async function startGateway(
  variables: Readonly<Record<string, string>> = {},
  real: Partial<Clients> = {},
): Promise<TestGateway> {
  const key = await newKey();
  const { requests, implementations } = fakeShop(() => JSON.stringify({ keys: [key.jwk] }));
  const logged: string[] = [];
  const metrics = new Metrics();
  const log = createLog({ service: 'gateway' }, { write: (line) => logged.push(line) });
  const grpc = new GrpcServer(implementations, {
    log: createLog({}, { write: () => {} }),
    callers: {},
  });
  const address = await grpc.listen('127.0.0.1:0');
  const stopping = new AbortController();
  const closing: (() => void)[] = [];
  const open = <S extends ServiceDefinition>(definition: S) => {
    const methods = Object.values(definition.methods).map((method) => methodPath(definition, method));
    const call = { callee: 'fake', address, service: definition.fullName, methods };
    const { client, close } = createClient(definition, call, {
      caller: 'gateway',
      discovery: direct(address),
    });
    closing.push(close);
    return client;
  };
  const app = gateway({
    edge: EDGE,
    settings: settings.parse(variables),
    log,
    metrics,
    stopping: stopping.signal,
    clients: {
      user: open(UserServiceDefinition),
      product: open(ProductServiceDefinition),
      order: open(OrderServiceDefinition),
      notification: open(NotificationServiceDefinition),
      ...real,
    },
  });
  const http = new HttpServer(app);
  const at = await http.listen('127.0.0.1:0');
  return {
    url: `http://${at}`,
    port: parseAddress(at).port,
    requests,
    logged,
    metrics,
    token(claims = {}, privateKey = key.privateKey) {
      const now = Math.floor(Date.now() / 1_000);
      const { issuer: iss, audience: aud } = EDGE.token;
      return new SignJWT({
        iss,
        aud,
        sub: CUSTOMER_ID,
        role: 'customer',
        iat: now,
        exp: now + 900,
        ...claims,
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: key.jwk.kid })
        .sign(privateKey);
    },
    async stop() {
      stopping.abort();
      await http.stop(1_000);
      for (const close of closing) close();
      await grpc.stop(1_000);
    },
  };
}

async function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  return { privateKey, jwk: { ...jwk, kty: 'OKP', kid: await calculateJwkThumbprint(jwk) } };
}

/** Finds every service at one address. */
function direct(address: string): Discovery {
  const endpoints = [parseAddress(address)];
  return {
    watch(_address, watcher) {
      setImmediate(() => watcher.onEndpoints(endpoints));
      return { refresh: () => setImmediate(() => watcher.onEndpoints(endpoints)), stop() {} };
    },
    close() {},
  };
}

import type { AppCall } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { methodPath } from '../../../mesh/policy/grpc-service.ts';
import type { Client } from '../../../services/kit/client/client.ts';
import { type ClientSource, createClient } from '../../../services/kit/client/create-client.ts';
import type { LivePolicy } from '../../../services/kit/client/live-policy.ts';
import type { PolicyDecision } from '../../../services/kit/client/policy-decision.ts';
import { parseAddress } from '../../../services/kit/config/address.ts';
import type { Discovery } from '../../../services/kit/discovery/discovery.ts';
import type { Handlers } from '../../../services/kit/grpc/handlers.ts';
import { GrpcServer, type GrpcServerOptions } from '../../../services/kit/server/grpc-server.ts';
import { implement } from '../../../services/kit/server/implement.ts';
import {
  type Product,
  ProductServiceDefinition,
} from '../../../services/proto/gen/weft/product/v1/product.ts';
import { type Line, recordedLog } from './recorded-log.ts';

type Definition = ProductServiceDefinition;

export const PRODUCT: Product = {
  id: 'a',
  name: 'Kettle',
  description: 'Boils',
  price: { amount: 1_999, currency: 'EUR' },
  stock: 3,
  availability: '',
};

export interface TestServer {
  readonly address: string;
  readonly lines: readonly Line[];
  readonly server: GrpcServer;
}

export interface TestClientOptions
  extends Pick<ClientSource, 'heartbeat' | 'connectTimeoutMs' | 'observeCalls'> {
  readonly policy?: CallPolicy;
  /** A policy that the test changes, instead of `policy`. */
  readonly live?: LivePolicy;
  /** @default all */
  readonly methods?: readonly string[];
  readonly caller?: string;
  readonly observe?: (decision: PolicyDecision) => void;
  /** @default a discovery that returns the addresses and never changes them */
  readonly discovery?: Discovery;
}

/** Returns functions that start servers and clients on loopback; `close` stops all of them. */
export function productWorld() {
  const closers: (() => void | Promise<void>)[] = [];

  async function serve(
    handlers: Partial<Handlers<Definition>>,
    options: Partial<Omit<GrpcServerOptions, 'log'>> = {},
  ): Promise<TestServer> {
    const { log, lines } = recordedLog();
    const missing = () => {
      throw new Error('not part of this test');
    };
    const all = Object.fromEntries(
      Object.keys(ProductServiceDefinition.methods).map((key) => [key, missing]),
    ) as unknown as Handlers<Definition>;
    const server = new GrpcServer([implement(ProductServiceDefinition, { ...all, ...handlers })], {
      log,
      callers: {},
      ...options,
    });
    closers.push(() => server.stop(1_000));
    return { address: await server.listen('127.0.0.1:0'), lines, server };
  }

  function client(addresses: readonly string[], options: TestClientOptions = {}): Client<Definition> {
    const {
      methods,
      policy,
      live,
      caller = 'order',
      observe,
      discovery = fixedDiscovery(addresses),
      ...liveness
    } = options;
    const call: AppCall = {
      callee: 'product',
      address: 'product.shop.svc.cluster.local:50051',
      service: ProductServiceDefinition.fullName,
      methods:
        methods ??
        Object.values(ProductServiceDefinition.methods).map((m) => methodPath(ProductServiceDefinition, m)),
      ...(policy && { policy }),
    };
    const opened = createClient(ProductServiceDefinition, call, {
      caller,
      discovery,
      ...(live && { policy: () => live }),
      observe: (_, decision) => observe?.(decision),
      ...liveness,
    });
    closers.push(opened.close);
    return opened.client;
  }

  async function close(): Promise<void> {
    await Promise.all(closers.splice(0).map((one) => one()));
  }
  return { serve, client, close };
}

function fixedDiscovery(addresses: readonly string[]): Discovery {
  return {
    watch: (_address, watcher) => {
      const notification = setImmediate(() => watcher.onEndpoints(addresses.map(parseAddress)));
      return { refresh: () => {}, stop: () => clearImmediate(notification) };
    },
    close: () => {},
  };
}

import type { Tls } from './tls.ts';

/** A Postgres server outside of the cluster. */
export interface PostgresServer {
  /** `host:port`. */
  readonly address: string;
  /** @default verify-full by public authorities; where the environment has no cluster, disable */
  readonly tls?: Tls;
  /** Network of the server's addresses (CIDR): pods can reach no other. @default any address */
  readonly networkCidr?: string;
}

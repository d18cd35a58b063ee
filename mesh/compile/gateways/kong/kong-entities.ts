/**
 * The entities of Kong's declarative configuration, format 3.0, as far as this compiler writes them.
 * @see https://developer.konghq.com/gateway/entities/
 */
export interface KongConfig {
  readonly _format_version: '3.0';
  readonly services: readonly KongService[];
  /** Routes that Kong answers itself. */
  readonly routes: readonly KongRoute[];
  /** Plugins of all routes. */
  readonly plugins: readonly KongPlugin[];
}

export interface KongService {
  readonly name: string;
  readonly protocol: 'http';
  readonly host: string;
  readonly port: number;
  /** Number of tries after the first one. */
  readonly retries: number;
  /** Milliseconds. */
  readonly connect_timeout: number;
  /** Milliseconds between two reads from the service. */
  readonly read_timeout: number;
  /** Milliseconds between two writes to the service. */
  readonly write_timeout: number;
  readonly routes: readonly KongRoute[];
}

export interface KongRoute {
  readonly name: string;
  /** A condition of the router flavor `expressions`. */
  readonly expression: string;
  /** The route with the highest priority serves a request. */
  readonly priority: number;
  readonly protocols: readonly ('http' | 'https')[];
  readonly strip_path: false;
  readonly preserve_host: true;
  /** Whether Kong reads a request before it forwards it. */
  readonly request_buffering?: boolean;
  /** Whether Kong reads a response before it forwards it. */
  readonly response_buffering?: boolean;
  readonly plugins?: readonly KongPlugin[];
}

export interface KongPlugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

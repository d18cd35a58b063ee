import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parse } from 'yaml';
import { pullImage } from '../../operate/images/pull-image.ts';
import { runProgram } from '../../process/run-program.ts';

const FILE = new URL('compose.yaml', import.meta.url);

/** Credentials of both brokers in compose.yaml. */
export const USER = 'weft';
export const PASSWORD = 'secret';

/** Brokers that run in a container. */
export type ContainerBrokerKind = 'kafka' | 'rabbitmq';

export interface ContainerOptions {
  /** Port of the loopback interface. @default a free one */
  readonly port?: number;
  /** Environment variables that override those of compose.yaml. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Folder of this machine that is mounted read-only at `/etc/weft`. @default none */
  readonly folder?: string;
}

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly hostname?: string;
  readonly ports: readonly [string];
  readonly environment: Readonly<Record<string, string | number>>;
}

/** A container with one broker of compose.yaml. Its address stays the same across restarts. */
export class BrokerContainer {
  readonly port: number;
  readonly #id: string;

  private constructor(id: string, port: number) {
    this.#id = id;
    this.port = port;
  }

  /** For example `127.0.0.1:32769`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts a container without waiting until the broker serves clients. @throws Error if docker is missing or refuses */
  static async start(name: ContainerBrokerKind, options: ContainerOptions = {}): Promise<BrokerContainer> {
    const { port = await freePort(), variables = {}, folder } = options;
    // Replaces `${KAFKA_PORT:-9092}` and the like, which docker compose would substitute.
    const text = readFileSync(FILE, 'utf8').replaceAll(/\$\{\w+_PORT:-\d+\}/g, String(port));
    const { services } = parse(text) as { readonly services: Readonly<Record<string, ComposeService>> };
    const service = services[name];
    if (!service) throw new Error(`${FILE.pathname} has no service '${name}'`);
    const environment = Object.entries({ ...service.environment, ...variables }).map(
      ([key, value]) => `--env=${key}=${value}`,
    );
    await pullImage(service.image);
    const id = await docker(
      'run',
      '--detach',
      `--publish=${service.ports[0]}`,
      ...(service.hostname ? [`--hostname=${service.hostname}`] : []),
      ...(folder ? [`--volume=${folder}:/etc/weft:ro`] : []),
      ...environment,
      service.image,
      ...(service.command ?? []),
    );
    return new BrokerContainer(id, port);
  }

  /** Kills the container and waits for its end. Its data is kept. */
  async kill(): Promise<void> {
    await docker('kill', this.#id);
    await docker('wait', this.#id);
  }

  /** Starts the killed container again with its data. */
  async start(): Promise<void> {
    await docker('start', this.#id);
  }

  /** Suspends all processes: the kernel still accepts connections, but nothing is answered. */
  async freeze(): Promise<void> {
    await docker('pause', this.#id);
  }

  /** Resumes all processes. */
  async thaw(): Promise<void> {
    await docker('unpause', this.#id);
  }

  /** Removes the container and its data. */
  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#id);
  }

  /** Runs a program in the container. @returns its standard output */
  exec(...command: readonly string[]): Promise<string> {
    return docker('exec', this.#id, ...command);
  }

  /** Runs a program in the container with `input` as its standard input. */
  async execWithInput(input: string, ...command: readonly string[]): Promise<void> {
    await runProgram('docker', ['exec', '--interactive', this.#id, ...command], { input });
  }
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await runProgram('docker', args)).trim();
}

/**
 * Finds a free port of the loopback interface. Kafka advertises its port to clients, so it must be known before the broker
 * starts; docker cannot choose it.
 */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('no free port on the loopback interface');
  return address.port;
}

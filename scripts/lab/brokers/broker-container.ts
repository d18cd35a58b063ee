import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parse } from 'yaml';
import { pullImage } from '../../operate/images/pull-image.ts';
import { runProgram } from '../../process/run-program.ts';

const FILE = new URL('compose.yaml', import.meta.url);

/** Who may sign in to either, as compose.yaml has it. */
export const USER = 'weft';
export const PASSWORD = 'secret';

/** Brokers that run in a container. */
export type ContainedBroker = 'kafka' | 'rabbitmq';

export interface ContainerOptions {
  /** Of the loopback interface. @default one that is free */
  readonly port?: number;
  /** Variables in place of those of the file. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** A folder of this machine that the container reads at `/etc/weft`. @default none */
  readonly folder?: string;
}

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly hostname?: string;
  readonly ports: readonly [string];
  readonly environment: Readonly<Record<string, string | number>>;
}

/** A service of compose.yaml in a container of its own, which always has the same address on this machine. */
export class BrokerContainer {
  readonly port: number;
  readonly #id: string;

  private constructor(id: string, port: number) {
    this.#id = id;
    this.port = port;
  }

  /** `127.0.0.1:32769`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it. Whoever talks to it waits until it answers. @throws Error when there is no docker, or it refuses */
  static async start(name: ContainedBroker, options: ContainerOptions = {}): Promise<BrokerContainer> {
    const { port = await freePort(), variables = {}, folder } = options;
    // The default in `${KAFKA_PORT:-9092}` gives way to the port that is free.
    const text = readFileSync(FILE, 'utf8').replaceAll(/\$\{\w+_PORT:-\d+\}/g, String(port));
    const { services } = parse(text) as { readonly services: Readonly<Record<string, ComposeService>> };
    const service = services[name];
    if (!service) throw new Error(`${FILE.pathname} has no service '${name}'; add it`);
    const all = { ...service.environment, ...variables };
    const environment = Object.entries(all).map(([key, value]) => `--env=${key}=${value}`);
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

  /** Ends it without a word. */
  async kill(): Promise<void> {
    await docker('kill', this.#id);
    await docker('wait', this.#id);
  }

  /** Starts it again with what it had kept. */
  async start(): Promise<void> {
    await docker('start', this.#id);
  }

  /** Freezes it: it takes connections and answers nothing. */
  async freeze(): Promise<void> {
    await docker('pause', this.#id);
  }

  async thaw(): Promise<void> {
    await docker('unpause', this.#id);
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#id);
  }

  /** Runs a program in it; resolves with what that writes. */
  exec(...command: readonly string[]): Promise<string> {
    return docker('exec', this.#id, ...command);
  }

  /** The same, for a program that reads `input`. */
  async give(input: string, ...command: readonly string[]): Promise<void> {
    await runProgram('docker', ['exec', '--interactive', this.#id, ...command], { input });
  }
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await runProgram('docker', args)).trim();
}

/** Kafka tells its clients the port that it is reached at, so that it must be known before it starts. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('no free port on the loopback interface');
  return address.port;
}

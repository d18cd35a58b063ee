import { pullImage } from '../../scripts/operate/images/pull-image.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { until } from '../until.ts';

/** The image of a registry. */
export interface RegistryImage {
  readonly image: string;
  readonly args: readonly string[];
  /** Port of its API in the container. */
  readonly port: number;
  /** Path that answers 200 once the registry is ready. */
  readonly health: string;
}

export const CONSUL: RegistryImage = {
  image: 'hashicorp/consul:1.21',
  args: ['agent', '-dev', '-client=0.0.0.0'],
  port: 8_500,
  health: '/v1/status/leader',
};
export const ETCD: RegistryImage = {
  image: 'gcr.io/etcd-development/etcd:v3.6.14',
  args: ['etcd', '--listen-client-urls=http://0.0.0.0:2379', '--advertise-client-urls=http://127.0.0.1:2379'],
  port: 2_379,
  health: '/health',
};

/** A registry in a container. Its address on this machine does not change. */
export class RegistryContainer {
  readonly #image: RegistryImage;
  /** `127.0.0.1:32769`. */
  readonly address: string;
  #id: string;

  private constructor(image: RegistryImage, id: string, address: string) {
    this.#image = image;
    this.#id = id;
    this.address = address;
  }

  static async start(image: RegistryImage): Promise<RegistryContainer> {
    await pullImage(image.image);
    const id = await run(image, '127.0.0.1:');
    const [address = ''] = (await docker('port', id, `${image.port}/tcp`)).split('\n');
    const registry = new RegistryContainer(image, id, address);
    await registry.#waitUntilReady();
    return registry;
  }

  /** Kills the registry and deletes its data. */
  async kill(): Promise<void> {
    await docker('rm', '--force', this.#id);
  }

  /** Starts an empty registry at the same address. */
  async startEmpty(): Promise<void> {
    this.#id = await run(this.#image, this.address);
    await this.#waitUntilReady();
  }

  /** Freezes the registry: it accepts connections but does not answer. */
  async pause(): Promise<void> {
    await docker('pause', this.#id);
  }

  async unpause(): Promise<void> {
    await docker('unpause', this.#id);
  }

  async #waitUntilReady(): Promise<void> {
    const url = `http://${this.address}${this.#image.health}`;
    const isReady = () => fetch(url, { signal: AbortSignal.timeout(1_000) }).then(hasLeader, () => false);
    await until(`${this.#image.image} answers at ${url}`, isReady);
  }
}

/** Consul answers 200 with an empty leader name before it has elected a leader. */
async function hasLeader(response: Response): Promise<boolean> {
  return response.ok && (await response.text()) !== '""';
}

function run({ image, args, port }: RegistryImage, hostPort: string): Promise<string> {
  return docker('run', '--detach', '--publish', `${hostPort}:${port}`, image, ...args);
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await runProgram('docker', args)).trim();
}

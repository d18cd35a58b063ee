import { pullImage } from '../../scripts/operate/images/pull-image.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { until } from '../until.ts';

/** A registry as an image. */
export interface RegistryImage {
  readonly image: string;
  readonly args: readonly string[];
  /** Of its API, in the container. */
  readonly port: number;
  /** Answers 200 once it serves. */
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

/** A registry in a container, which always has the same address on this machine. */
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
    const started = new RegistryContainer(image, id, address);
    await started.#serving();
    return started;
  }

  /** Ends it without a word, with all that it knows. */
  async kill(): Promise<void> {
    await docker('rm', '--force', this.#id);
  }

  /** Another at the same address, which knows nothing. */
  async startAnew(): Promise<void> {
    this.#id = await run(this.#image, this.address);
    await this.#serving();
  }

  /** Freezes it: it takes connections and answers nothing. */
  async pause(): Promise<void> {
    await docker('pause', this.#id);
  }

  async unpause(): Promise<void> {
    await docker('unpause', this.#id);
  }

  async #serving(): Promise<void> {
    const url = `http://${this.address}${this.#image.health}`;
    const look = () => fetch(url, { signal: AbortSignal.timeout(1_000) }).then(isServing, () => false);
    await until(`${this.#image.image} serves at ${url}`, look);
  }
}

/** Consul answers before it has a leader, with the empty name of one. */
async function isServing(answer: Response): Promise<boolean> {
  return answer.ok && (await answer.text()) !== '""';
}

function run({ image, args, port }: RegistryImage, at: string): Promise<string> {
  return docker('run', '--detach', '--publish', `${at}:${port}`, image, ...args);
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await runProgram('docker', args)).trim();
}

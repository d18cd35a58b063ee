import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullImage } from '../../scripts/operate/images/pull-image.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { until } from '../until.ts';

const IMAGE = 'nginx:1.28';

/** An nginx in a container that shares the network of this machine. Its file system is read-only, except for `/tmp`. */
export class NginxContainer {
  readonly #id: string;
  readonly #folder: string;

  private constructor(id: string, folder: string) {
    this.#id = id;
    this.#folder = folder;
  }

  /**
   * Starts nginx as an unprivileged user, and waits until it accepts connections.
   * @param port on which the configuration listens
   * @throws Error with the log of nginx if it does not start
   */
  static async start(config: string, port: number): Promise<NginxContainer> {
    const folder = await mkdtemp(join(tmpdir(), 'weft-nginx-'));
    // Readable for the user of the container.
    await runProgram('chmod', ['755', folder]);
    await writeFile(join(folder, 'nginx.conf'), config, { mode: 0o644 });
    await pullImage(IMAGE);
    const id = await docker(
      ...['run', '--detach', '--network=host', '--read-only', '--tmpfs=/tmp:rw,mode=1777', '--user=65534'],
      ...[`--volume=${folder}:/etc/weft:ro`, '--entrypoint=nginx', IMAGE],
      ...['-e', 'stderr', '-c', '/etc/weft/nginx.conf'],
    );
    const container = new NginxContainer(id, folder);
    try {
      await until(`nginx listens on port ${port}`, () => accepts(port));
      return container;
    } catch (cause) {
      const log = await container.log();
      await container.remove();
      throw new Error(`nginx does not start:\n${log}`, { cause });
    }
  }

  /** Replaces the configuration and loads it. */
  async reload(config: string): Promise<void> {
    await writeFile(join(this.#folder, 'nginx.conf'), config);
    await docker('kill', '--signal=HUP', this.#id);
  }

  /** Returns what nginx has written to standard output and standard error. */
  async log(): Promise<string> {
    let text = '';
    await runProgram('docker', ['logs', this.#id], { onLine: (line) => (text += `${line}\n`) });
    return text;
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', this.#id);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await runProgram('docker', args)).trim();
}

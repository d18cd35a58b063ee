import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { readJson } from '../../../../mesh/run/process/read-json.ts';
import { kubectlCommand } from '../../../operate/cluster/kubectl.ts';
import { CONTAINER } from './pods.ts';
import { NAMESPACE } from './probe-objects.ts';

const LINE = z.object({ id: z.number(), answer: z.unknown(), error: z.string().optional() });

/** A program of in-pod/ that runs in a pod as long as it is asked from here. */
export class PodProgram<Question> {
  readonly #pod: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;
  #complaint = '';

  /** @param program its file in in-pod/, without `.ts` */
  constructor(pod: string, program: string) {
    this.#pod = pod;
    // Files of a ConfigMap are links; imports go by where they seem to be.
    const links = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const node = ['node', ...links, `scripts/lab/conformance/in-pod/${program}.ts`];
    const exec = [
      'exec',
      '--stdin',
      pod,
      `--namespace=${NAMESPACE}`,
      `--container=${CONTAINER}`,
      '--',
      ...node,
    ];
    const [command, ...args] = kubectlCommand(exec);
    this.#child = spawn(command, args, { stdio: 'pipe' });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint += text;
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
    this.#child.once('error', ({ message }) => this.#fail(message));
    this.#child.once('close', () => this.#fail(this.#complaint.trim() || 'it ended'));
  }

  /** @throws Error with what the program said went wrong, or of why it ended */
  ask<T>(question: Question): Promise<T> {
    const waiting = Promise.withResolvers<unknown>();
    const id = this.#asked++;
    this.#waiting.set(id, waiting);
    this.#child.stdin.write(`${JSON.stringify({ id, question })}\n`);
    // Who asks knows what the program answers.
    return waiting.promise as Promise<T>;
  }

  end(): void {
    this.#child.stdin.end();
  }

  #hear(line: string): void {
    try {
      const { id, answer, error } = readJson(LINE, line, { name: 'its program' });
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(`in pod ${this.#pod}: ${error}`));
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(`in pod ${this.#pod}: ${why}`));
    this.#waiting.clear();
  }
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { readJson } from '../../../../mesh/run/process/read-json.ts';
import { kubectlCommand } from '../../../operate/cluster/kubectl.ts';
import { CONTAINER } from './pods.ts';
import { NAMESPACE } from './probe-objects.ts';

const LINE = z.object({ id: z.number(), answer: z.unknown(), error: z.string().optional() });

/** A program of the folder in-pod that runs in a pod and answers questions of this process. */
export class PodProgram<Question> {
  readonly #pod: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 0;
  #stderr = '';

  /**
   * Starts a program in a pod.
   * @param program name of its file in the folder in-pod, without `.ts`
   */
  constructor(pod: string, program: string) {
    this.#pod = pod;
    // Files of a ConfigMap are symbolic links, and imports are relative to the links.
    const symlinkFlags = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const node = ['node', ...symlinkFlags, `scripts/lab/conformance/in-pod/${program}.ts`];
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
      this.#stderr += text;
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(line));
    this.#child.once('error', ({ message }) => this.#fail(message));
    this.#child.once('close', () => this.#fail(this.#stderr.trim() || 'the program exited'));
  }

  /**
   * Sends a question and returns its answer.
   * @throws Error with the error of the program, or the reason why it exited
   */
  ask<T>(question: Question): Promise<T> {
    const pending = Promise.withResolvers<unknown>();
    const id = this.#nextId++;
    this.#pending.set(id, pending);
    this.#child.stdin.write(`${JSON.stringify({ id, question })}\n`);
    // The answer type follows from the question.
    return pending.promise as Promise<T>;
  }

  end(): void {
    this.#child.stdin.end();
  }

  #receive(line: string): void {
    try {
      const { id, answer, error } = readJson(LINE, line, { name: 'the output of its program' });
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(answer);
      else pending?.reject(new Error(`in pod ${this.#pod}: ${error}`));
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #fail(reason: string): void {
    for (const { reject } of this.#pending.values()) reject(new Error(`in pod ${this.#pod}: ${reason}`));
    this.#pending.clear();
  }
}

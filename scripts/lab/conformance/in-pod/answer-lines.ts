import { createInterface } from 'node:readline';

/** A question, as a line of standard input holds it. */
interface Asked {
  readonly id: number;
  readonly question: unknown;
}

/**
 * Answers each line of standard input with one of standard output, both JSON, many at a time. Ends with its input.
 * @param answer to a question; what it throws is answered as an error
 */
export async function answerLines(answer: (question: never) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, question } = JSON.parse(line) as Asked;
    const say = (words: object) => process.stdout.write(`${JSON.stringify({ id, ...words })}\n`);
    // Who asks knows what this program answers to.
    answer(question as never).then(
      (found) => say({ answer: found ?? null }),
      (error: unknown) =>
        say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  }
  process.exit();
}

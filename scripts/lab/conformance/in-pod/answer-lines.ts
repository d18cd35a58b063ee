import { createInterface } from 'node:readline';

/** A question in a line of standard input. */
interface QuestionLine {
  readonly id: number;
  readonly question: unknown;
}

/**
 * Answers JSON lines of standard input with JSON lines on standard output, concurrently. Exits at the end of input.
 * @param answer handles a question; its rejection is sent as an error
 */
export async function answerLines(answer: (question: never) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, question } = JSON.parse(line) as QuestionLine;
    const write = (fields: object) => process.stdout.write(`${JSON.stringify({ id, ...fields })}\n`);
    // The other end is typed by the question type of this program.
    answer(question as never).then(
      (value) => write({ answer: value ?? null }),
      (error: unknown) =>
        write({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  }
  process.exit();
}

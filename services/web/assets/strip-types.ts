import { Worker } from 'node:worker_threads';

/**
 * Strips the types of the sources that it receives. The source of the worker is a string, so that the worker itself needs
 * no type stripper before it starts.
 */
const WORKER = `
  const { stripTypeScriptTypes } = require('node:module');
  const { parentPort, workerData } = require('node:worker_threads');
  process.emitWarning = () => {};
  parentPort.postMessage(workerData.map((source) => stripTypeScriptTypes(source)));
`;

/**
 * Returns TypeScript modules as JavaScript, with the type stripper of Node. It runs in a worker thread, because it would
 * occupy about 25 MiB for the life of the process.
 *
 * @throws Error for syntax that cannot be stripped, such as enums
 */
export async function stripTypes(sources: readonly string[]): Promise<readonly string[]> {
  const worker = new Worker(WORKER, { eval: true, workerData: sources });
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  worker.once('message', resolve).once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the worker that strips types exited with code ${code}`)));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}

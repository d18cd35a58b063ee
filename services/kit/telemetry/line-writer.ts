/**
 * A function that writes lines to a stream, those of one turn of the event loop at once: to write each by itself costs
 * more than to make it. What is not written yet when the process exits is written then.
 */
export function lineWriter(stream: Pick<NodeJS.WriteStream, 'write'>): (line: string) => void {
  let waiting = '';
  const flush = () => {
    const lines = waiting;
    waiting = '';
    if (lines) stream.write(lines);
  };
  process.on('exit', flush);
  return (line) => {
    if (!waiting) setImmediate(flush);
    waiting += line;
  };
}

/**
 * Returns a function that writes lines to a stream. Lines of one turn of the event loop are written together, because a
 * write costs more than formatting the line. The rest is written when the process exits.
 */
export function lineWriter(stream: Pick<NodeJS.WriteStream, 'write'>): (line: string) => void {
  let buffered = '';
  const flush = () => {
    const lines = buffered;
    buffered = '';
    if (lines) stream.write(lines);
  };
  process.on('exit', flush);
  return (line) => {
    if (!buffered) setImmediate(flush);
    buffered += line;
  };
}

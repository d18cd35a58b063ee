// The entry point of every npm verb, which runs with the Node.js of the machine. It has no static imports, so that an old
// Node.js version reaches the error message.
const MIN_NODE_VERSION = 20;

if (Number(process.versions.node.split('.')[0]) < MIN_NODE_VERSION) {
  console.error(`error: Node ${process.versions.node} is too old; install Node ${MIN_NODE_VERSION} or later`);
  process.exit(1);
}
import('./install/run-verb.mjs').then(({ runVerb }) => runVerb(process.argv.slice(2)));

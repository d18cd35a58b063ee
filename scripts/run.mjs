// The entry of every npm verb, run by the Node that the machine has. Without static imports, so that an old Node
// gets as far as the message.
const OLDEST = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `error: Node ${process.versions.node} is too old; install Node ${OLDEST} or later, whose npm then installs the Node that runs everything`,
  );
  process.exit(1);
}
import('./install/run-verb.mjs').then(({ runVerb }) => runVerb(process.argv.slice(2)));

// Reference process of weft.ts: renders with cdk8s alone, without checks.
import { App } from 'cdk8s';
import { addServices } from './objects.ts';
import { parseArguments } from './parse-arguments.ts';

const { outdir, services, shape } = parseArguments();
const app = new App({ outdir });
await addServices(app, services, shape);
app.synth();

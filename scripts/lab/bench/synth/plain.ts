// The process that ours is compared with: cdk8s alone, without checks.
import { App } from 'cdk8s';
import { addServices } from './objects.ts';
import { parameters } from './parameters.ts';

const { outdir, services, shape } = parameters();
const app = new App({ outdir });
await addServices(app, services, shape);
app.synth();

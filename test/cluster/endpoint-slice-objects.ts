/** Returns idle Deployments of service `product`, one for each version, and the Services that the graph compiles for them. */
export function sleepers(image: string, replicas: Readonly<Record<string, number>>): object {
  const port = { name: 'grpc', port: 50_051, targetPort: 50_051 };
  const service = (name: string, labels: object, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: { selector: labels, ports: [port], ...more },
  });
  const versions = Object.entries(replicas).flatMap(([version, count]) => {
    const name = `product-${version}`;
    const labels = { app: 'product', version };
    return [service(name, labels, { clusterIP: 'None' }), deployment(name, labels, count, image)];
  });
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [service('product', { app: 'product' }), ...versions],
  };
}

function deployment(name: string, labels: object, replicas: number, image: string) {
  const container = {
    name: 'sleeper',
    image,
    args: ['-e', "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1e6);"],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

import { readShippedTemplate } from '../../lib/local/definition';

/** Before all tests: they have to run on the Node.js that Lambda runs, since built-ins differ from version to version. */
export default function checkNode(): void {
  const runtimes = Object.values(readShippedTemplate().Resources).map(({ Properties }) => String(Properties?.Runtime));
  const [, deployed] = /^nodejs(\d+)\.x$/.exec(runtimes.find((runtime) => runtime.startsWith('nodejs')) ?? '') ?? [];
  const { node } = process.versions;
  if (deployed !== node.split('.')[0]) {
    throw new Error(`The tests run on Node.js ${node}, Lambda on ${deployed}: run them by npm test, or by npx jest.`);
  }
  process.stdout.write(`On Node.js ${node}, as in Lambda\n`);
}

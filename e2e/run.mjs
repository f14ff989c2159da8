// Deploys the stack and watches with it, on an AWS emulator or in a real account.
import { spawnSync } from 'node:child_process';

const HOW_TO = `The end-to-end suite needs an AWS to deploy to.

An emulator that runs Lambda functions on this machine's network, such as MiniStack on port 4566:

  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ENDPOINT_URL_S3=http://127.0.0.1:4566
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
  npm run test:e2e

Or a real account (it costs a few cents; the stack and the queue are deleted afterwards; another Flightwatch in the
account hears the events, too). The suite's own Flightcontrol API listens on port 4599 of this machine; a tunnel
with an https address has to lead to it:

  export FLIGHTWATCH_E2E_API_BASE_URL=https://your-tunnel.example/api
  npm run test:e2e -- --real-account`;

const realAccount = process.argv.includes('--real-account');
if (realAccount ? !process.env.FLIGHTWATCH_E2E_API_BASE_URL : !process.env.AWS_ENDPOINT_URL) {
  console.error(HOW_TO);
  process.exit(2);
}
if (realAccount && process.env.AWS_ENDPOINT_URL) {
  console.error(
    'Got --real-account and AWS_ENDPOINT_URL, expected one of them: unset AWS_ENDPOINT_URL, or leave the option out.',
  );
  process.exit(2);
}

const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', '--config', 'e2e/jest.config.js'], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

import { UsageError } from '../../lib/cli/errors';
import { parseDeploymentId } from '../../lib/cli/options';

const ID = 'clcpcxekt000lc9ojqtgtc26y';

describe('an address that holds the id of a deployment is read', () => {
  test.each([
    `https://app.flightcontrol.dev/org/clorg1/environments/clenv1/deployments/${ID}`,
    `https://app.flightcontrol.dev/org/clorg1/deployment/${ID}/logs?tab=build#end`,
    `https://app.flightcontrol.dev/api/deployments/${ID}/`,
    `https://api.flightcontrol.dev/v1/deployments/${ID}`,
    `https://flightcontrol.dev/deployments/${ID}`,
    `https://app.flightcontrol.dev/org/clorg1/environments/clenv1?deploymentId=${ID}`,
    ` https://app.flightcontrol.dev/deployments/${ID}\n`,
    // An organisation of that name.
    `https://app.flightcontrol.dev/org/deployment/environments/clenv1/deployments/${ID}`,
    `https://app.flightcontrol.dev/org/clorg1/deployments?deploymentId=${ID}`,
  ])('%s', (address) => {
    expect(parseDeploymentId(address)).toBe(ID);
  });
});

describe('any other text is wrong usage, and no address is repeated', () => {
  test.each([
    [`http://app.flightcontrol.dev/deployments/${ID}`, 'an address'],
    [`https://flightcontrol.dev.example.com/deployments/${ID}`, 'an address'],
    [`https://notflightcontrol.dev/deployments/${ID}`, 'an address'],
    [`https://example.com/?next=https://app.flightcontrol.dev/deployments/${ID}`, 'an address'],
    [`https://app.flightcontrol.dev/api/deploy-hook/${ID}/CANARY`, 'an address'],
    ['https://app.flightcontrol.dev/api/deploy-hook/deployments/CANARY', 'an address'],
    [`https://app.flightcontrol.dev/api/deploy%2Dhook/env/CANARY?deploymentId=${ID}`, 'an address'],
    ['https://app.flightcontrol.dev/org/clorg1/deployments', 'an address'],
    ['https://app.flightcontrol.dev/deployments/', 'an address'],
    ['https://app.flightcontrol.dev/deployments/CANARY%2Fb', 'an address'],
    [`https://app.flightcontrol.dev/deployments/${'a'.repeat(65)}`, 'an address'],
    ['https://app.flightcontrol.dev/?deploymentId=CANARY%20b', 'an address'],
    [`app.flightcontrol.dev/deployments/${ID}`, 'an address'],
    ['a/b', '"a/b"'],
    ['', '""'],
  ])('%s', (text, shown) => {
    const parsing = () => parseDeploymentId(text);

    expect(parsing).toThrow(UsageError);
    expect(parsing).toThrow(
      `deploymentId: got ${shown}, expected 1 to 64 of A-Z a-z 0-9 _ -, or an address on flightcontrol.dev that holds it.`,
    );
  });
});

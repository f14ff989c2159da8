import fc from 'fast-check';
import { DEPLOYMENT_STATUSES } from '../../lib/flightcontrol/statuses';
import { HOSTILE_TEXTS } from './hostile-inputs';

/** Any text, also such as breaks careless readers. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(...Object.values(HOSTILE_TEXTS)), fc.integer({ min: 1, max: 600 }))
    .map(([make, length]) => make(length)),
);

/** Any value that JSON can hold. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 }),
  anyText,
  fc.constantFrom(null, 0, -1, 1e308, true, [], {}, [[]], '', ' '),
);

const anyStatus = fc.oneof(fc.constantFrom(...Object.keys(DEPLOYMENT_STATUSES)), anyJson);

function sometimes<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: anyJson });
}

/** What nobody should open, and what breaks a link in a message. */
const EVIL_ADDRESSES = [
  'javascript:alert(1)',
  'javascript://api.mydomain.com/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'https://user:t0ken@api.mydomain.com',
  'https://user:t0/ken@api.mydomain.com',
  'https://api.mydomain.com|<!channel>',
  'https://api.mydomain.com/>*|<',
  'https://api.mydomain.com\r\n::error::x',
  'https://api.mydomain.com/##[error]x',
  'https://api.mydomain.com/\u202egpj',
  'https://\u0430pi.mydomain.com',
];

/** Of a service: usable, evil or any value. */
export const anyAddress: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...EVIL_ADDRESSES),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.domain(),
  anyText.map((text) => `https://api.mydomain.com/${text}`),
  anyText.map((text) => `https://${text}.mydomain.com`),
  anyText,
  anyJson,
);

const anyService = fc.record(
  {
    service: sometimes(
      fc.record(
        { serviceName: anyJson, serviceGivenId: anyJson, type: anyJson, serviceId: anyJson, serviceDomain: anyAddress },
        { requiredKeys: [] },
      ),
    ),
    status: anyStatus,
    error: anyJson,
    serviceDeploymentId: anyJson,
    serviceId: anyJson,
    serviceDomain: anyAddress,
  },
  { requiredKeys: [] },
);

/** An answer about a deployment that has the form of the API's now and then, and any value anywhere. */
export const anyAnswer: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: anyJson },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        deploymentId: fc.oneof({ weight: 8, arbitrary: fc.constant('clx1') }, { weight: 1, arbitrary: anyJson }),
        status: anyStatus,
        createdAt: fc.oneof(
          anyJson,
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        projectId: anyJson,
        environmentId: anyJson,
        environmentGivenId: anyJson,
        isPreviewEnvironment: fc.oneof(fc.constantFrom(true, false, 'true', 'false'), anyJson),
        repoUrl: fc.oneof(
          anyJson,
          anyText.map((text) => `https://github.com/o/${text}`),
        ),
        gitBranch: anyJson,
        gitCommit: anyJson,
        serviceDeployments: sometimes(fc.array(sometimes(anyService), { maxLength: 5 })),
      },
      { requiredKeys: ['deploymentId', 'status'] },
    ),
  },
);

export interface Price {
  readonly what: string;
  readonly dollars: number;
  /** The dollars are for so many. */
  readonly per: number;
  readonly unit: string;
  /** The page of the list price. */
  readonly source: string;
  /** When the latest copy of the page was seen (a month), or since when we have known it (a year). */
  readonly asOf: string;
}

const MILLION = 1_000_000;
const AWS = 'https://aws.amazon.com';

/** What AWS charges for 730 hours is the price of a month. */
export const HOURS_PER_MONTH = 730;

/** List prices of us-east-1, without the free tier. Nothing else in the project holds a price. */
export const PRICE_LIST = {
  transition: aws('Step Functions, Standard', 25, MILLION, 'state transitions', '/step-functions/pricing/', '2025'),
  gigabyteSecond: aws('Lambda, arm64', 0.0000133334, 1, 'GB-second', '/lambda/pricing/', '2026-05'),
  request: aws('Lambda', 0.2, MILLION, 'requests', '/lambda/pricing/', '2026-05'),
  durableOperation: aws('Lambda durable functions', 8, MILLION, 'operations', '/lambda/pricing/', '2026-09'),
  durableWritten: aws('Lambda durable functions', 0.25, 1, 'GB written', '/lambda/pricing/', '2025-12'),
  durableRetained: aws('Lambda durable functions', 0.15, 1, 'GB-month retained', '/lambda/pricing/', '2025-12'),
  secret: aws('Secrets Manager', 0.4, 1, 'secret and month', '/secrets-manager/pricing/', '2026-09'),
  secretCall: aws('Secrets Manager', 0.05, 10_000, 'calls', '/secrets-manager/pricing/', '2026-09'),
  alarm: aws('CloudWatch alarm, standard', 0.1, 1, 'of its metrics and month', '/cloudwatch/pricing/', '2025'),
  metric: aws('CloudWatch metric of our own', 0.3, 1, 'metric and month, by the hour', '/cloudwatch/pricing/', '2025'),
  dashboard: aws('CloudWatch dashboard', 3, 1, 'dashboard and month', '/cloudwatch/pricing/', '2025'),
  logGigabyte: aws('CloudWatch Logs', 0.5, 1, 'GB ingested', '/cloudwatch/pricing/', '2025'),
  logGigabyteMonth: aws('CloudWatch Logs', 0.03, 1, 'GB-month stored', '/cloudwatch/pricing/', '2025'),
  trace: aws('X-Ray', 5, MILLION, 'traces', '/xray/pricing/', '2025'),
  publish: aws('SNS', 0.5, MILLION, 'notifications published', '/sns/pricing/', '2025'),
  email: aws('SNS', 2, 100_000, 'e-mails', '/sns/pricing/', '2025'),
  event: aws('EventBridge', 1, MILLION, 'events of our own', '/eventbridge/pricing/', '2025'),
  writeUnit: aws('DynamoDB, on demand', 0.625, MILLION, 'writes of 1 KB', '/dynamodb/pricing/on-demand/', '2025'),
  readUnit: aws('DynamoDB, on demand', 0.125, MILLION, 'reads of 4 KB', '/dynamodb/pricing/on-demand/', '2025'),
  tableGigabyteMonth: aws('DynamoDB', 0.25, 1, 'GB-month stored', '/dynamodb/pricing/on-demand/', '2025'),
  key: aws('KMS key', 1, 1, 'key and month', '/kms/pricing/', '2025'),
  natHour: aws('NAT gateway', 0.045, 1, 'hour', '/vpc/pricing/', '2025'),
  serverHour: aws('EC2 t4g.nano', 0.0042, 1, 'hour', '/ec2/pricing/on-demand/', '2025'),
  diskGigabyteMonth: aws('EBS gp3', 0.08, 1, 'GB-month', '/ebs/pricing/', '2025'),
  addressHour: aws('Public IPv4 address', 0.005, 1, 'hour', '/vpc/pricing/', '2025'),
  runnerMinute: {
    what: 'GitHub Actions, Linux, 2 cores, private repository',
    dollars: 0.006,
    per: 1,
    unit: 'minute begun',
    source: 'https://docs.github.com/en/billing/reference/actions-runner-pricing',
    asOf: '2026-01',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICE_LIST;

/** In dollars, of a single one. */
export const PRICES = Object.fromEntries(
  Object.entries(PRICE_LIST).map(([name, { dollars, per }]) => [name, dollars / per]),
) as Readonly<Record<PriceName, number>>;

function aws(what: string, dollars: number, per: number, unit: string, path: string, asOf: string): Price {
  return { what, dollars, per, unit, source: AWS + path, asOf };
}

import { AttributeType, BillingMode, type ITable, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { HISTORY_TABLE } from '../contract/history';
import type { Retention } from './retention';

export interface HistoryProps {
  readonly encryptionKey?: IKey | undefined;
  readonly retention: Retention;
}

/** What DynamoDB asks of those who use a table with a customer's key. Source: DynamoDB docs, Encryption at rest. */
const KEY_FOR_READING = ['kms:Decrypt', 'kms:DescribeKey'];
const KEY_FOR_WRITING = ['kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'];

/** What is remembered of each environment: its verdicts, each for a year. */
export class History extends Construct {
  readonly table: ITable;
  private readonly encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, { encryptionKey, retention }: HistoryProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
    this.table = new Table(this, 'Table', {
      partitionKey: { name: HISTORY_TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: HISTORY_TABLE.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: HISTORY_TABLE.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: encryptionKey ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.DEFAULT,
      ...(encryptionKey && { encryptionKey }),
      removalPolicy: retention.removalPolicy,
    }) as ITable;
  }

  /** Allows reading the verdicts of an environment, and the list of environments. */
  grantRead(grantee: IGrantable): void {
    this.table.grant(grantee, 'dynamodb:Query');
    this.encryptionKey?.grant(grantee, ...KEY_FOR_READING);
  }

  /** Allows writing a verdict and the summary of its environment. */
  grantWrite(grantee: IGrantable): void {
    this.table.grant(grantee, 'dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem');
    this.encryptionKey?.grant(grantee, ...KEY_FOR_READING, ...KEY_FOR_WRITING);
  }
}

import { createHash } from 'node:crypto';

/** The least of CloudWatch's limits for a dimension's value. Source: CloudFormation docs, AWS::CloudWatch::Alarm Dimension. */
const MAX_CHARACTERS = 255;
const HASH_CHARACTERS = 16;

/**
 * A text as the value of a metric's dimension, readable and different for each text. CloudWatch drops metrics whose
 * dimensions have other characters than printable ASCII, or white space only.
 */
export function toDimensionValue(text: string): string {
  const encoded = text.toWellFormed().replace(/[^\x20-\x7e]|%|^ | $/gu, encodeURIComponent);
  if (encoded.length <= MAX_CHARACTERS) return encoded;
  const hash = createHash('sha256').update(encoded).digest('hex').slice(0, HASH_CHARACTERS);
  return `${encoded.slice(0, MAX_CHARACTERS - HASH_CHARACTERS - 1)}~${hash}`;
}

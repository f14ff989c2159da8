/** The parameters of `sns:publish`, as the state machine passes them. */
export interface PublishInput {
  readonly TopicArn: string;
  readonly Subject: string;
  /** An object; Step Functions passes it on as JSON text. */
  readonly Message: unknown;
  readonly MessageStructure: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
}

/** What a subscriber receives. */
export interface Published {
  readonly subject: string;
  readonly messages: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** SNS rejected a message. */
class InvalidParameterError extends Error {
  override readonly name = 'SNS.InvalidParameterException';
}

const MAX_MESSAGE_BYTES = 256 * 1024;

/** An SNS topic in memory, as strict as the real one. Source: SNS API, Publish. */
export class LocalTopic {
  readonly published: Published[] = [];

  publish = async (input: PublishInput): Promise<{ MessageId: string }> => {
    check(/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(input.Subject), 'Subject');
    check(input.MessageStructure === 'json', 'MessageStructure');
    const message = JSON.stringify(input.Message);
    check(Buffer.byteLength(message) <= MAX_MESSAGE_BYTES, 'Message');
    const attributes = Object.entries(input.MessageAttributes);
    check(attributes.length <= 10, 'MessageAttributes');
    for (const [name, { StringValue }] of attributes) check(Boolean(StringValue), `MessageAttributes.${name}`);
    this.published.push({
      subject: input.Subject,
      messages: readMessages(message),
      attributes: Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue])),
    });
    return { MessageId: String(this.published.length) };
  };
}

function readMessages(message: string): Record<string, string> {
  const messages = JSON.parse(message) as Record<string, string>;
  check(typeof messages.default === 'string', 'Message.default');
  for (const [protocol, text] of Object.entries(messages)) check(typeof text === 'string', `Message.${protocol}`);
  return messages;
}

function check(valid: boolean, parameter: string): void {
  if (!valid) throw new InvalidParameterError(`Invalid parameter: ${parameter}`);
}

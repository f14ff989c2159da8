/** The functions: each is a file in `lambda/`, and a bundle of that name in `dist/lambda/`. */
export const FUNCTIONS = {
  poll: 'poll-deployment',
  start: 'start-watch',
  receive: 'receive-github-webhook',
  report: 'report-broken-watch',
  sweep: 'sweep-watches',
  record: 'record-outcome',
} as const;

export type FunctionName = (typeof FUNCTIONS)[keyof typeof FUNCTIONS];

/** The watch of a deployment that is to be triggered, with everything checked before that can be. */
export interface PreparedWatch {
  /** @returns the exit status */
  readonly run: (deploymentId: string) => Promise<number>;
  /** The command that watches the same deployment, without its beginning. */
  readonly writeCommand: (deploymentId: string) => string;
}
